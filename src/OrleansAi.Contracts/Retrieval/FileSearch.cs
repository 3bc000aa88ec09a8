namespace OrleansAi.Contracts.Retrieval;

/// <summary>What a turn shall be told out of collections: the tool <c>file_search</c> of the Responses API.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.file-search")]
public sealed record FileSearch
{
    /// <summary>The default of <see cref="MaxResults"/>, as OpenAI has it.</summary>
    public const int DefaultMaxResults = 20;

    /// <summary>The collections, at least one.</summary>
    [Id(0)]
    public required IReadOnlyList<string> Collections { get; init; }

    /// <summary>The most passages.</summary>
    /// <value>From 1 to 50; null for 20.</value>
    [Id(1)]
    public int? MaxResults { get; init; }

    /// <summary>The least score of a passage, from 0 to 1.</summary>
    [Id(2)]
    public float ScoreThreshold { get; init; }

    /// <summary>What a place in the lexical ranking counts; null for 1.</summary>
    [Id(3)]
    public float? LexicalWeight { get; init; }

    /// <summary>What a place in the vector ranking counts; null for 1.</summary>
    [Id(4)]
    public float? VectorWeight { get; init; }

    /// <summary>The name of the ranker, as it was given: there is one way of ranking here, whatever it is called.</summary>
    [Id(5)]
    public string? Ranker { get; init; }

    /// <summary>OpenAI's comparison or compound filter as JSON; null for all documents.</summary>
    [Id(6)]
    public string? Filter { get; init; }

    /// <summary>An older version that is asked for on purpose; null for fresh: the newest that anybody was told of.</summary>
    [Id(7)]
    public long? AtVersion { get; init; }

    /// <summary>The version that an acknowledged write named and that the answer must have; null for none.</summary>
    [Id(8)]
    public long? MinVersion { get; init; }
}
