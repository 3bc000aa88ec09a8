namespace OrleansAi.Contracts.Vendors;

/// <summary>Something that is wrong now, or was a while ago.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.alert")]
public sealed record Alert
{
    /// <summary>The alert's id: the same trouble on the same silo always has the same.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>What kind of trouble: <c>vendor_down</c>, <c>vendor_drift</c> or <c>vendor_contract</c>.</summary>
    [Id(1)]
    public required string Kind { get; init; }

    /// <summary>The vendor's configured name.</summary>
    [Id(2)]
    public required string Vendor { get; init; }

    /// <summary>The vendor's name of the model.</summary>
    [Id(3)]
    public required string Model { get; init; }

    /// <summary>The signal, for drift.</summary>
    [Id(4)]
    public string? Signal { get; init; }

    /// <summary>What was usual, for drift.</summary>
    [Id(5)]
    public double? Before { get; init; }

    /// <summary>What it is now, for drift.</summary>
    [Id(6)]
    public double? After { get; init; }

    /// <summary>Since when, Unix milliseconds.</summary>
    [Id(7)]
    public required long Since { get; init; }

    /// <summary>When it was raised, Unix milliseconds.</summary>
    [Id(8)]
    public required long RaisedAt { get; init; }

    /// <summary>When it ended, Unix milliseconds; null while it lasts.</summary>
    [Id(9)]
    public long? EndedAt { get; init; }

    /// <summary>What is wrong, in one sentence.</summary>
    [Id(10)]
    public required string Summary { get; init; }

    /// <summary>What an operator can do.</summary>
    [Id(11)]
    public required string WhatToDo { get; init; }

    /// <summary>Runs that show it.</summary>
    [Id(12)]
    public IReadOnlyList<string> Runs { get; init; } = [];

    /// <summary>The silo that saw it.</summary>
    [Id(13)]
    public string? Silo { get; init; }
}

/// <summary>What one silo tells the cluster of its vendors.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.silo-vendor-report")]
public sealed record SiloVendorReport
{
    /// <summary>The silo.</summary>
    [Id(0)]
    public required string Silo { get; init; }

    /// <summary>When it was made, Unix milliseconds.</summary>
    [Id(1)]
    public required long At { get; init; }

    /// <summary>Its vendors.</summary>
    [Id(2)]
    public required IReadOnlyList<VendorReport> Vendors { get; init; }

    /// <summary>Its alerts, those that ended lately included.</summary>
    [Id(3)]
    public required IReadOnlyList<Alert> Alerts { get; init; }
}
