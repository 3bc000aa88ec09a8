using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Retrieval;

namespace OrleansAi.Engine.Retrieval;

/// <summary>The way from a run to the collections. A conversation has its own, with the answers that it was given lately.</summary>
public interface IRetriever
{
    /// <summary>Confirms the versions of the collections with their owners, and makes the question's vectors, unless the answer is there already.</summary>
    /// <exception cref="OrleansAiException">A collection is not there, or has no such version; or there are no vectors.</exception>
    Task<QuestionVectors> EmbedAsync(RetrievalWish wish, long deadline, CancellationToken cancellationToken);

    /// <summary>Searches one collection, or takes what the cache has of exactly this version.</summary>
    /// <param name="wish">What is wanted.</param>
    /// <param name="head">The collection at its confirmed version.</param>
    /// <param name="vector">The question's vector for it; null to have it made.</param>
    /// <param name="deadline">When shards that have not answered are left out, Unix milliseconds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null for a collection that is not there and need not be.</returns>
    /// <exception cref="OrleansAiException">It cannot be searched.</exception>
    Task<CollectionPassages?> SearchAsync(
        RetrievalWish wish, ConfirmedHead head, EmbeddingVectors? vector, long deadline, CancellationToken cancellationToken);
}

/// <summary>A collection at a version that its owner confirmed.</summary>
/// <param name="Id">The collection.</param>
/// <param name="Version">The version.</param>
/// <param name="Model">Its embedding model.</param>
public sealed record ConfirmedHead(string Id, long Version, string Model);

/// <summary>The vectors of a question, by the models that made them.</summary>
/// <param name="Heads">The collections.</param>
/// <param name="Vectors">The vectors; none where they are not needed.</param>
public sealed record QuestionVectors(IReadOnlyList<ConfirmedHead> Heads, IReadOnlyDictionary<string, EmbeddingVectors> Vectors);

/// <summary>What one collection says.</summary>
/// <param name="Passages">The passages, best first.</param>
/// <param name="Searched">The collection at the version that they are of.</param>
public sealed record CollectionPassages(IReadOnlyList<RetrievedPassage> Passages, SearchedCollection Searched);
