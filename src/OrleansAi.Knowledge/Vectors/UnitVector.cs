using System.Numerics.Tensors;
using OrleansAi.Contracts.Errors;

namespace OrleansAi.Knowledge.Vectors;

/// <summary>Vectors of length one, so that a dot product is the cosine.</summary>
internal static class UnitVector
{
    /// <summary>Writes a vector with the length one; a vector of zeros stays one.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>: a number is not finite.</exception>
    public static void Write(ReadOnlySpan<float> vector, Span<float> destination)
    {
        // The largest number is brought to one first, so that no square overflows.
        var largest = vector.IsEmpty ? 0 : MathF.Abs(TensorPrimitives.MaxMagnitude(vector));
        if (!float.IsFinite(largest))
        {
            throw new OrleansAiException(ErrorCodes.InvalidRequest, "A vector has a number that is not finite; embed the text again.");
        }

        if (largest == 0)
        {
            destination[..vector.Length].Clear();
            return;
        }

        TensorPrimitives.Divide(vector, largest, destination);
        var unit = destination[..vector.Length];
        TensorPrimitives.Divide(unit, TensorPrimitives.Norm<float>(unit), unit);
    }
}
