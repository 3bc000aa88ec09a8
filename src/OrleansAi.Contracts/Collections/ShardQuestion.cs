namespace OrleansAi.Contracts.Collections;

/// <summary>A question from the owner of a collection to one of its shards.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.shard-question")]
public sealed record ShardQuestion
{
    /// <summary>The version that the answer must be of.</summary>
    [Id(0)]
    public required long Version { get; init; }

    /// <summary>The question as text.</summary>
    [Id(1)]
    public required string Text { get; init; }

    /// <summary>The question's vector as little-endian 32-bit numbers; empty for none.</summary>
    [Id(2)]
    public required byte[] Vector { get; init; }

    /// <summary>What made the vector; null for none.</summary>
    [Id(3)]
    public string? Model { get; init; }

    /// <summary>The filter as JSON; null for all documents.</summary>
    [Id(4)]
    public string? Filter { get; init; }

    /// <summary>The most passages of the answer.</summary>
    [Id(5)]
    public required int MaxResults { get; init; }

    /// <summary>What a place in the lexical ranking counts.</summary>
    [Id(6)]
    public required float LexicalWeight { get; init; }

    /// <summary>What a place in the vector ranking counts.</summary>
    [Id(7)]
    public required float VectorWeight { get; init; }

    /// <summary>What all shards counted together; null when this shard is the only one.</summary>
    [Id(8)]
    public ShardCounts? Counts { get; init; }
}

/// <summary>What BM25 has to know of a shard's living chunks.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.shard-counts")]
public sealed record ShardCounts
{
    /// <summary>How many there are.</summary>
    [Id(0)]
    public required long Chunks { get; init; }

    /// <summary>How many terms they have together.</summary>
    [Id(1)]
    public required long TotalLength { get; init; }

    /// <summary>For each term of the question, in its order, how many of them have it.</summary>
    [Id(2)]
    public required IReadOnlyList<long> Frequencies { get; init; }
}

/// <summary>What one shard found, before anything is fused.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.shard-findings")]
public sealed record ShardFindings
{
    /// <summary>The version it answered with.</summary>
    [Id(0)]
    public required long Version { get; init; }

    /// <summary>The best by BM25, best first.</summary>
    [Id(1)]
    public required IReadOnlyList<ShardHit> Lexical { get; init; }

    /// <summary>The best by cosine, best first.</summary>
    [Id(2)]
    public required IReadOnlyList<ShardHit> Vector { get; init; }
}

/// <summary>A chunk in one ranking of one shard.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.shard-hit")]
public sealed record ShardHit
{
    /// <summary>The document.</summary>
    [Id(0)]
    public required string DocumentId { get; init; }

    /// <summary>The hash of the document's source; 64 lower-case hexadecimal digits.</summary>
    [Id(1)]
    public required string DocumentHash { get; init; }

    /// <summary>The chunk's number in its document, from 0.</summary>
    [Id(2)]
    public required int Index { get; init; }

    /// <summary>Where it begins in the document's text.</summary>
    [Id(3)]
    public required int Start { get; init; }

    /// <summary>How long it is.</summary>
    [Id(4)]
    public required int Length { get; init; }

    /// <summary>How many tokens it has.</summary>
    [Id(5)]
    public required int Tokens { get; init; }

    /// <summary>The headings above its beginning, outermost first.</summary>
    [Id(6)]
    public required IReadOnlyList<string> HeadingPath { get; init; }

    /// <summary>BM25 or cosine.</summary>
    [Id(7)]
    public required float Score { get; init; }
}

/// <summary>What a shard has to know of a version: all of it, or what makes one version into a later one.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.shard-manifest")]
public sealed record ShardManifest
{
    /// <summary>The manifest; empty when <see cref="Change"/> says all.</summary>
    [Id(0)]
    public byte[] Whole { get; init; } = [];

    /// <summary>What is different; empty when <see cref="Whole"/> is there.</summary>
    [Id(1)]
    public byte[] Change { get; init; } = [];
}
