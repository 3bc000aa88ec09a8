namespace OrleansAi.Testing.Histories;

/// <summary>An operation on a collection as its caller has seen it.</summary>
public abstract record HistoryOperation
{
    /// <summary>Who called. A client does one thing after the other.</summary>
    public required string Client { get; init; }

    /// <summary>The collection.</summary>
    public required string Collection { get; init; }

    /// <summary>When it was sent, on one clock for all clients.</summary>
    public required long Began { get; init; }

    /// <summary>When the caller had the answer, or gave up.</summary>
    public required long Ended { get; init; }

    /// <summary>What the caller knows of it.</summary>
    public OperationOutcome Outcome { get; init; }

    /// <summary>The version that the answer told.</summary>
    /// <value>Null: none.</value>
    public long? Version { get; init; }

    /// <summary>Where it was sent; only for messages.</summary>
    public string Place { get; init; } = "";
}
