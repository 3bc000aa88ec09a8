using System.Numerics.Tensors;
using OrleansAi.Contracts.Errors;

namespace OrleansAi.Knowledge.Vectors;

/// <summary>Builds a <see cref="VectorSegment"/> vector by vector. Not safe for several threads.</summary>
public sealed class VectorSegmentBuilder
{
    private readonly EmbeddingModel _model;
    private readonly float[] _unit;
    private Half[] _values;
    private int _count;

    /// <summary>Begins a segment.</summary>
    /// <param name="model">What makes the vectors.</param>
    /// <param name="expected">About how many there will be.</param>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>.</exception>
    public VectorSegmentBuilder(EmbeddingModel model, int expected = 16)
    {
        model.Check();
        _model = model;
        _unit = new float[model.Dimensions];
        _values = new Half[Math.Max(1, expected) * model.Dimensions];
    }

    /// <summary>Adds the next vector, of any length; its number is that of the vectors before.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.EmbeddingModelMismatch"/>: it is not one of the model; <see cref="ErrorCodes.InvalidRequest"/>: a number is not finite.
    /// </exception>
    public void Add(ReadOnlySpan<float> vector)
    {
        _model.Require(vector);
        UnitVector.Write(vector, _unit);
        TensorPrimitives.ConvertToHalf(_unit, Next());
    }

    /// <summary>The segment. The builder is used up.</summary>
    public VectorSegment Build()
    {
        Array.Resize(ref _values, _count * _model.Dimensions);
        return VectorSegment.Of(_model, _values);
    }

    /// <summary>Adds a vector of another segment as it is.</summary>
    internal void Copy(ReadOnlySpan<Half> values) => values.CopyTo(Next());

    private Span<Half> Next()
    {
        var start = _count * _model.Dimensions;
        if (start == _values.Length)
        {
            Array.Resize(ref _values, _values.Length * 2);
        }

        _count++;
        return _values.AsSpan(start, _model.Dimensions);
    }
}
