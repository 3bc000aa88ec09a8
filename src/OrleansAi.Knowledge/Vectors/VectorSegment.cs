using System.Numerics;
using System.Numerics.Tensors;
using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Segments;

namespace OrleansAi.Knowledge.Vectors;

/// <summary>
/// The vectors of some chunks, twice: as 8-bit codes that every query scans, and in 16 bits for the exact order of the best.
/// It never changes, and it never mixes models.
/// </summary>
public sealed class VectorSegment
{
    private const ushort FormatVersion = 1;
    private readonly Half[] _values;
    private readonly sbyte[] _codes;
    private readonly float[] _scales;

    private VectorSegment(EmbeddingModel model, Half[] values)
    {
        Model = model;
        _values = values;
        Count = values.Length / model.Dimensions;
        _codes = new sbyte[values.Length];
        _scales = new float[Count];
        var floats = new float[model.Dimensions];
        for (var vector = 0; vector < Count; vector++)
        {
            TensorPrimitives.ConvertToSingle(Values(vector), floats);
            var scale = MathF.Abs(TensorPrimitives.MaxMagnitude<float>(floats)) / sbyte.MaxValue;
            _scales[vector] = scale;
            if (scale > 0)
            {
                TensorPrimitives.Divide(floats, scale, floats);
                TensorPrimitives.Round<float>(floats, floats);
                TensorPrimitives.ConvertTruncating<float, sbyte>(floats, _codes.AsSpan(vector * model.Dimensions, model.Dimensions));
            }
        }
    }

    private static ReadOnlySpan<byte> Magic => "OAKV"u8;

    /// <summary>What made the vectors.</summary>
    public EmbeddingModel Model { get; }

    /// <summary>How many vectors there are.</summary>
    public int Count { get; }

    /// <summary>How many bytes of memory the vectors take.</summary>
    public long ResidentBytes => (2L * _values.Length) + _codes.Length + (4L * _scales.Length);

    /// <summary>The stored form. The codes are not in it: they follow from the values.</summary>
    public byte[] ToBytes()
    {
        var writer = new SegmentWriter(Magic, FormatVersion, (int)Math.Min((2L * _values.Length) + 256, Array.MaxLength));
        writer.Text(Model.Name);
        writer.Int32(Model.Dimensions);
        writer.Int32(Count);
        writer.Values<Half>(_values);
        return writer.ToArray();
    }

    /// <summary>Reads the stored form.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.IndexCorrupt"/>.</exception>
    public static VectorSegment Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new SegmentReader(bytes, Magic, FormatVersion, "vector index");
        var model = new EmbeddingModel(reader.Text(), reader.Int32());
        var count = reader.Int32();
        if (model.Dimensions is < 1 or > EmbeddingModel.MostDimensions || count < 0 || (long)count * model.Dimensions > Array.MaxLength)
        {
            throw reader.Corrupt($"it says that it has {count} vectors of {model.Dimensions} dimensions");
        }

        var values = reader.Values<Half>(count * model.Dimensions);
        reader.End();
        return new VectorSegment(model, values);
    }

    /// <summary>One segment of what several segments have alive, in their order.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.EmbeddingModelMismatch"/>.</exception>
    public static VectorSegment Merge(IReadOnlyList<(VectorSegment Segment, ChunkBitmap Live)> parts)
    {
        var model = parts[0].Segment.Model;
        var builder = new VectorSegmentBuilder(model, parts.Sum(static part => part.Live.Count));
        foreach (var (segment, live) in parts)
        {
            model.Require(segment.Model);
            for (var vector = 0; vector < segment.Count; vector++)
            {
                if (live[vector])
                {
                    builder.Copy(segment.Values(vector));
                }
            }
        }

        return builder.Build();
    }

    internal static VectorSegment Of(EmbeddingModel model, Half[] values) => new(model, values);

    /// <summary>Offers every allowed vector with about its cosine, by the codes alone.</summary>
    internal void Scan(VectorQuery query, ChunkBitmap allowed, ref TopChunks top)
    {
        Model.Require(query.Model);
        var dimensions = Model.Dimensions;
        var words = allowed.Words;
        for (var word = 0; word < words.Length; word++)
        {
            for (var bits = words[word]; bits != 0; bits &= bits - 1)
            {
                var vector = (word << 6) + BitOperations.TrailingZeroCount(bits);
                var product = QuantizedDot.Compute(query.Codes, _codes.AsSpan(vector * dimensions, dimensions));
                var score = product * query.Scale * _scales[vector];
                if (score > top.Threshold)
                {
                    top.Offer(vector, score);
                }
            }
        }
    }

    /// <summary>The cosine of a vector and a query.</summary>
    internal float Cosine(VectorQuery query, int vector)
    {
        Span<float> floats = stackalloc float[Model.Dimensions];
        Write(vector, floats);
        return TensorPrimitives.Dot(query.Unit, floats);
    }

    /// <summary>Writes a vector of the length one.</summary>
    internal void Write(int vector, Span<float> destination) => TensorPrimitives.ConvertToSingle(Values(vector), destination);

    private ReadOnlySpan<Half> Values(int vector) => _values.AsSpan(vector * Model.Dimensions, Model.Dimensions);
}
