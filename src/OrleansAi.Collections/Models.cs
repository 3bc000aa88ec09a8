using OrleansAi.Contracts.Embeddings;
using OrleansAi.Knowledge.Vectors;

namespace OrleansAi.Collections;

/// <summary>Which embedding model an answer came from.</summary>
internal static class Models
{
    /// <summary>The model: by what the vendor says, since the same model may be had from several vendors.</summary>
    public static EmbeddingModel Of(EmbeddingResult result) => new(result.ServedModel ?? result.Model, result.Vectors.Dimensions);
}
