using OrleansAi.Contracts.Embeddings;

namespace OrleansAi.Contracts.Collections;

/// <summary>The version that a read would be answered with now, confirmed by the collection's owner.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.collection-head")]
public sealed record CollectionHead
{
    /// <summary>The version.</summary>
    [Id(0)]
    public required long Version { get; init; }

    /// <summary>The route of the embedding model that its vectors were made with; null for <c>default</c>.</summary>
    [Id(1)]
    public string? EmbeddingRoute { get; init; }

    /// <summary>What made its vectors, for example <c>builtin/lexical-1</c>.</summary>
    [Id(2)]
    public required string EmbeddingModel { get; init; }

    /// <summary>True when <see cref="EmbeddingModel"/> says whose model it is; older indexes have only the model's own name.</summary>
    [Id(3)]
    public bool NamesVendor { get; init; }

    /// <summary>True when vectors of an answer may be compared with those of the index.</summary>
    public bool Takes(EmbeddingResult result) => EmbeddingModel == (NamesVendor ? result.Identity : result.ServedModel ?? result.Model);
}
