using System.Numerics.Tensors;
using OrleansAi.Contracts.Errors;

namespace OrleansAi.Knowledge.Vectors;

/// <summary>A question's vector, made ready once for all segments.</summary>
public sealed class VectorQuery
{
    private readonly float[] _unit;
    private readonly short[] _codes;

    /// <summary>Takes a vector of any length.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.EmbeddingModelMismatch"/>: it is not one of the model; <see cref="ErrorCodes.InvalidRequest"/>: a number is not finite.
    /// </exception>
    public VectorQuery(EmbeddingModel model, ReadOnlySpan<float> vector)
    {
        model.Check();
        model.Require(vector);
        Model = model;
        _unit = new float[vector.Length];
        _codes = new short[vector.Length];
        UnitVector.Write(vector, _unit);
        var largest = MathF.Abs(TensorPrimitives.MaxMagnitude<float>(_unit));
        Scale = largest / QuantizedDot.LargestQuery;
        for (var i = 0; i < _codes.Length && largest > 0; i++)
        {
            _codes[i] = (short)MathF.Round(_unit[i] / Scale);
        }
    }

    /// <summary>What made the vector.</summary>
    public EmbeddingModel Model { get; }

    internal ReadOnlySpan<float> Unit => _unit;

    internal ReadOnlySpan<short> Codes => _codes;

    internal float Scale { get; }
}
