namespace OrleansAi.Vendors.WireContracts;

/// <summary>A difference between a vendor's answers and its contract, from when it was first seen in this process.</summary>
internal sealed record FirstSeenRecord
{
    public required string Vendor { get; init; }

    public required string Model { get; init; }

    public required string Api { get; init; }

    /// <summary>The contract's name and version.</summary>
    public string? Contract { get; init; }

    public required ContractFindingKind Kind { get; init; }

    /// <summary>Where in the answer.</summary>
    public required string Path { get; init; }

    /// <summary>The unknown value, event or model; null when the path says all.</summary>
    public string? Value { get; init; }

    /// <summary>The stream event in which it was found first; null outside of typed events.</summary>
    public string? Event { get; init; }

    /// <summary>Its form, without content.</summary>
    public required string Sample { get; init; }

    public required bool IsBreaking { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>How many answers had it.</summary>
    public required long Count { get; init; }

    /// <summary>The first runs that had it; at most <see cref="FirstSeenRegistry.MostRuns"/>.</summary>
    public required IReadOnlyList<string> Runs { get; init; }
}
