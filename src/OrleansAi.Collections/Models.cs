using OrleansAi.Contracts.Embeddings;
using OrleansAi.Knowledge.Vectors;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Collections;

/// <summary>Which embedding model an answer came from.</summary>
internal static class Models
{
    /// <summary>The model: whose it is, and what its vendor says that it is.</summary>
    public static EmbeddingModel Of(EmbeddingResult result) => new(result.Identity, result.Vectors.Dimensions);

    /// <summary>Refuses vectors that are not those of an index.</summary>
    /// <exception cref="Contracts.Errors.OrleansAiException"><see cref="Contracts.Errors.ErrorCodes.EmbeddingModelMismatch"/>.</exception>
    public static void Require(IndexGeneration index, EmbeddingResult result) => index.Model.Require(
        index.NamesVendor ? Of(result) : new EmbeddingModel(result.ServedModel ?? result.Model, result.Vectors.Dimensions));
}
