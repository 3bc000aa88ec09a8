using OrleansAi.Contracts.Embeddings;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Embeddings;

/// <summary>What every answer must keep to: a vector for each text, all of the length asked for and of finite numbers.</summary>
internal static class EmbeddingRules
{
    /// <summary>The longest vector that is believed.</summary>
    public const int MostDimensions = 8_192;

    /// <summary>The vectors of an answer.</summary>
    /// <exception cref="Pipeline.VendorException">It broke a rule.</exception>
    public static EmbeddingVectors Validate(EmbeddingCall call, EmbeddingAnswer answer)
    {
        if (answer.Vectors.Count != call.Inputs.Count)
        {
            throw VendorErrors.Contract($"{call.Inputs.Count} texts got {answer.Vectors.Count} vectors.");
        }

        var vectors = new float[answer.Vectors.Count][];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = answer.Vectors[i] ?? throw VendorErrors.Contract($"text {i} has no vector.");
            Check(vectors[i], i, vectors[0].Length, call.Dimensions);
        }

        if (call.Pinned && answer.ServedModel is { } served && served != call.Model)
        {
            throw VendorErrors.Contract($"the model is '{VendorErrors.Short(served)}', another one than the pinned one.");
        }

        return EmbeddingVectors.Of(vectors);
    }

    private static void Check(float[] vector, int index, int length, int? wanted)
    {
        if (vector.Length is 0 or > MostDimensions)
        {
            throw VendorErrors.Contract($"vector {index} has {vector.Length} numbers; it must have from 1 to {MostDimensions}.");
        }

        if (vector.Length != (wanted ?? length))
        {
            throw VendorErrors.Contract(
                $"vector {index} has {vector.Length} numbers, {(wanted is null ? $"the first one {length}" : $"asked for were {wanted}")}.");
        }

        foreach (var number in vector)
        {
            if (!float.IsFinite(number))
            {
                throw VendorErrors.Contract($"vector {index} has a number that is not finite.");
            }
        }
    }
}
