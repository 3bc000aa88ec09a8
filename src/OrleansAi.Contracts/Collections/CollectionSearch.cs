using OrleansAi.Contracts.Embeddings;

namespace OrleansAi.Contracts.Collections;

/// <summary>A question to a collection.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.collection-search")]
public sealed record CollectionSearch
{
    /// <summary>The question; several are asked one by one and their passages merged.</summary>
    [Id(0)]
    public required IReadOnlyList<string> Queries { get; init; }

    /// <summary>OpenAI's comparison or compound filter as JSON; null for all documents.</summary>
    [Id(1)]
    public string? Filter { get; init; }

    /// <summary>The most passages.</summary>
    /// <value>The default value is 10; from 1 to 50.</value>
    [Id(2)]
    public int MaxResults { get; init; } = 10;

    /// <summary>The least score of a passage, from 0 to 1.</summary>
    [Id(3)]
    public float ScoreThreshold { get; init; }

    /// <summary>What a place in the lexical ranking counts.</summary>
    /// <value>The default value is 1; 0 leaves that ranking out.</value>
    [Id(4)]
    public float LexicalWeight { get; init; } = 1;

    /// <summary>What a place in the vector ranking counts.</summary>
    /// <value>The default value is 1; 0 leaves that ranking out.</value>
    [Id(5)]
    public float VectorWeight { get; init; } = 1;

    /// <summary>The version that an acknowledged write named and that the answer must have; null for none.</summary>
    [Id(6)]
    public long? MinVersion { get; init; }

    /// <summary>An older version that is asked for on purpose; null for the newest.</summary>
    [Id(7)]
    public long? AtVersion { get; init; }

    /// <summary>The instant at which shards that have not answered are left out, Unix milliseconds; 0 for 10 s from now.</summary>
    [Id(8)]
    public long Deadline { get; init; }

    /// <summary>The questions' vectors, where the caller has them; null to have them made.</summary>
    [Id(9)]
    public EmbeddingVectors? Vectors { get; init; }

    /// <summary>
    /// What made <see cref="Vectors"/>. Where it is not what the searched version was made with, they are made anew.
    /// </summary>
    [Id(10)]
    public string? VectorModel { get; init; }
}
