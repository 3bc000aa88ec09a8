using OrleansAi.Contracts.Embeddings;
using OrleansAi.Vendors.Embeddings;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Builtin;

/// <summary>
/// Embeddings that need nothing: words and pieces of words, hashed. They find what is said with the same or similar words, in any
/// language, and know nothing of meaning. The same text gives the same vector on every machine and in every build.
/// </summary>
internal sealed class LexicalEmbedding : IEmbeddingAdapter
{
    /// <summary>The model's name. Stored with vectors: another way to make them gets another name.</summary>
    public const string Name = "lexical-1";

    /// <summary>The length of a vector when none is asked for.</summary>
    public const int DefaultDimensions = 384;

    /// <summary>The shortest vector.</summary>
    public const int LeastDimensions = 64;

    /// <summary>The longest vector.</summary>
    public const int MostDimensions = 2_048;

    /// <inheritdoc />
    public string Provider => "orleansai";

    /// <inheritdoc />
    public Uri? Address => null;

    /// <inheritdoc />
    public Task<EmbeddingAnswer> EmbedAsync(EmbeddingCall call, CancellationToken cancellationToken)
    {
        var dimensions = call.Dimensions ?? DefaultDimensions;
        if (dimensions is < LeastDimensions or > MostDimensions)
        {
            throw VendorErrors.Unsupported($"The built-in embeddings have from {LeastDimensions} to {MostDimensions} dimensions, not {dimensions}.");
        }

        var vectors = new float[call.Inputs.Count][];
        var tokens = 0;
        for (var i = 0; i < vectors.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var words = LexicalText.Words(call.Inputs[i]);
            tokens += Math.Max(1, words.Count);
            vectors[i] = LexicalFeatures.Of(call.Inputs[i], words).ToVector(dimensions);
        }

        return Task.FromResult(new EmbeddingAnswer(vectors, Name, tokens));
    }
}
