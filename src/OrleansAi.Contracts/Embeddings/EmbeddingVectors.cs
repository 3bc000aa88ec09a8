using System.Buffers.Binary;

namespace OrleansAi.Contracts.Embeddings;

/// <summary>Vectors of equal length, one after the other as little-endian 32-bit numbers: what OpenAI's API has in base 64.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.embedding-vectors")]
public sealed record EmbeddingVectors
{
    /// <summary>No vectors.</summary>
    public static readonly EmbeddingVectors None = new() { Bytes = [], Dimensions = 0 };

    /// <summary>The bytes of all vectors.</summary>
    [Id(0)]
    public required byte[] Bytes { get; init; }

    /// <summary>How many numbers each vector has.</summary>
    [Id(1)]
    public required int Dimensions { get; init; }

    /// <summary>How many vectors there are.</summary>
    public int Count => Dimensions == 0 ? 0 : Bytes.Length / Stride;

    private int Stride => Dimensions * sizeof(float);

    /// <summary>The bytes of one vector.</summary>
    public ReadOnlySpan<byte> BytesOf(int index) => Bytes.AsSpan(index * Stride, Stride);

    /// <summary>Some of the vectors, one behind the other.</summary>
    public EmbeddingVectors Slice(int first, int count) =>
        count == Count ? this : new EmbeddingVectors { Bytes = Bytes[(first * Stride)..((first + count) * Stride)], Dimensions = Dimensions };

    /// <summary>One number of one vector.</summary>
    public float At(int index, int dimension) => BinaryPrimitives.ReadSingleLittleEndian(BytesOf(index)[(dimension * sizeof(float))..]);

    /// <summary>One vector.</summary>
    public float[] ToArray(int index)
    {
        var vector = new float[Dimensions];
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = At(index, i);
        }

        return vector;
    }

    /// <summary>Vectors of equal length.</summary>
    /// <exception cref="ArgumentException">Their lengths differ.</exception>
    public static EmbeddingVectors Of(IReadOnlyList<float[]> vectors)
    {
        if (vectors.Count == 0)
        {
            return None;
        }

        var dimensions = vectors[0].Length;
        var bytes = new byte[checked(vectors.Count * dimensions * sizeof(float))];
        var at = 0;
        foreach (var vector in vectors)
        {
            if (vector.Length != dimensions)
            {
                throw new ArgumentException($"A vector has {vector.Length} numbers, the first one {dimensions}.", nameof(vectors));
            }

            foreach (var number in vector)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at), number);
                at += sizeof(float);
            }
        }

        return new EmbeddingVectors { Bytes = bytes, Dimensions = dimensions };
    }

    /// <summary>The vectors of several batches, one batch after the other.</summary>
    /// <exception cref="ArgumentException">Their lengths differ.</exception>
    public static EmbeddingVectors Join(IReadOnlyList<EmbeddingVectors> batches)
    {
        if (batches.Count == 1)
        {
            return batches[0];
        }

        var dimensions = batches[0].Dimensions;
        var bytes = new byte[batches.Sum(static batch => batch.Bytes.Length)];
        var at = 0;
        foreach (var batch in batches)
        {
            if (batch.Dimensions != dimensions)
            {
                throw new ArgumentException($"A vector has {batch.Dimensions} numbers, the first one {dimensions}.", nameof(batches));
            }

            batch.Bytes.CopyTo(bytes, at);
            at += batch.Bytes.Length;
        }

        return new EmbeddingVectors { Bytes = bytes, Dimensions = dimensions };
    }
}
