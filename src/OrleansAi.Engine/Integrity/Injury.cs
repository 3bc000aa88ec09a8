namespace OrleansAi.Engine.Integrity;

/// <summary>What is wrong.</summary>
public enum InjuryKind
{
    /// <summary>Something is not what was written.</summary>
    Changed,

    /// <summary>Something that was written is not there.</summary>
    Missing,

    /// <summary>Records stand in each other's place.</summary>
    Reordered,

    /// <summary>The end of a stream is not there.</summary>
    Truncated,

    /// <summary>Something refers to what was never written.</summary>
    UnknownReference,
}

/// <summary>An injury of the journal. It names places, never content.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Position">The place in it; null where it is not known.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Table">The table that it was found in.</param>
/// <param name="Detail">What is wrong, in a sentence.</param>
public sealed record Injury(string Stream, long? Position, InjuryKind Kind, string Table, string Detail);

/// <summary>What is looked over.</summary>
/// <param name="Tenant">One tenant alone.</param>
/// <param name="Stream">One stream alone.</param>
public sealed record IntegrityScope(string? Tenant = null, string? Stream = null)
{
    /// <summary>True when a stream is looked over.</summary>
    public bool Has(string stream) => (Stream is null || stream == Stream)
        && (Tenant is null || stream.StartsWith(Tenant + "/", StringComparison.Ordinal));
}

/// <summary>How much was looked over, and how much of it is injured.</summary>
public sealed class IntegrityReport
{
    /// <summary>Streams.</summary>
    public long Streams { get; internal set; }

    /// <summary>Records.</summary>
    public long Records { get; internal set; }

    /// <summary>Records from before there were hashes: nothing tells whether they are what was written.</summary>
    public long Unchained { get; internal set; }

    /// <summary>Contents.</summary>
    public long Contents { get; internal set; }

    /// <summary>Lines of the index of runs.</summary>
    public long Runs { get; internal set; }

    /// <summary>Idempotency keys.</summary>
    public long IdempotencyKeys { get; internal set; }

    /// <summary>Injuries.</summary>
    public long Injuries { get; internal set; }

    /// <summary>True when nothing is wrong.</summary>
    public bool IsSound => Injuries == 0;
}
