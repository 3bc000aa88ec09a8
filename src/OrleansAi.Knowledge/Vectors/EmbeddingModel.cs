using OrleansAi.Contracts.Errors;

namespace OrleansAi.Knowledge.Vectors;

/// <summary>
/// The exact model that made vectors: vendor, name and whatever else changes its output, and the dimension. Vectors of two
/// models are never compared.
/// </summary>
/// <param name="Name">For example <c>openai/text-embedding-3-small</c>.</param>
/// <param name="Dimensions">How many numbers a vector has.</param>
public sealed record EmbeddingModel(string Name, int Dimensions)
{
    /// <summary>The most dimensions; with more of them sums of products would not fit 32 bits.</summary>
    public const int MostDimensions = 8_192;

    /// <inheritdoc />
    public override string ToString() => $"{Name}, {Dimensions} dimensions";

    /// <summary>Refuses a model that cannot be one.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>.</exception>
    public void Check()
    {
        if (string.IsNullOrWhiteSpace(Name) || Dimensions is < 1 or > MostDimensions)
        {
            throw new OrleansAiException(
                ErrorCodes.InvalidRequest,
                $"An embedding model has a name and 1 to {MostDimensions} dimensions, not '{Name}' and {Dimensions}.");
        }
    }

    /// <summary>Refuses another model.</summary>
    /// <param name="other">What made the vectors that are to be added or compared.</param>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.EmbeddingModelMismatch"/>.</exception>
    public void Require(EmbeddingModel other)
    {
        if (other != this)
        {
            throw new OrleansAiException(
                ErrorCodes.EmbeddingModelMismatch,
                $"The index was made with the embedding model {this}; vectors of {other} cannot be used with it. "
                + "Use the index's model, or index the collection again.");
        }
    }

    /// <summary>Refuses a vector that is not one of this model.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.EmbeddingModelMismatch"/>.</exception>
    public void Require(ReadOnlySpan<float> vector)
    {
        if (vector.Length != Dimensions)
        {
            throw new OrleansAiException(
                ErrorCodes.EmbeddingModelMismatch, $"The embedding model {this} gave a vector of {vector.Length} dimensions.");
        }
    }
}
