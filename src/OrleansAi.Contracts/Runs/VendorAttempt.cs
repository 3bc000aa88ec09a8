namespace OrleansAi.Contracts.Runs;

/// <summary>One call to a vendor.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.vendor-attempt")]
public sealed record VendorAttempt
{
    /// <summary>The vendor's configured name.</summary>
    [Id(0)]
    public required string Vendor { get; init; }

    /// <summary>The model that was asked for.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>How it ended: <c>ok</c> or an error code.</summary>
    [Id(2)]
    public required string Outcome { get; init; }

    /// <summary>How long it took, milliseconds.</summary>
    [Id(3)]
    public required long LatencyMilliseconds { get; init; }

    /// <summary>What went wrong, safe to show.</summary>
    [Id(4)]
    public string? Message { get; init; }

    /// <summary>The vendor's HTTP status, if it answered.</summary>
    [Id(5)]
    public int? HttpStatus { get; init; }
}
