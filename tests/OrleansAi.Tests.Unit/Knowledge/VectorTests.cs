using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Search;
using OrleansAi.Knowledge.Segments;
using OrleansAi.Knowledge.Vectors;
using Xunit;

namespace OrleansAi.Tests.Unit.Knowledge;

/// <summary>Vectors in 8 bits, their exact order, and what is refused.</summary>
public sealed class VectorTests
{
    private static readonly EmbeddingModel Model = new("test/random", 96);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(33)]
    [InlineData(96)]
    [InlineData(383)]
    [InlineData(384)]
    [InlineData(8_192)]
    public void Compute_OnEveryProcessor_GivesTheSame(int dimensions)
    {
        var random = new Random(dimensions);
        for (var round = 0; round < 20; round++)
        {
            // Also the extremes, where a sum that is too narrow would overflow.
            var isExtreme = round < 2;
            var query = new short[dimensions];
            var codes = new sbyte[dimensions];
            for (var i = 0; i < dimensions; i++)
            {
                query[i] = (short)(isExtreme ? QuantizedDot.LargestQuery : random.Next(-QuantizedDot.LargestQuery, QuantizedDot.LargestQuery + 1));
                codes[i] = (sbyte)(isExtreme ? (round == 0 ? 127 : -127) : random.Next(-127, 128));
            }

            var expected = QuantizedDot.Scalar(query, codes, 0);
            Assert.Equal(expected, query.Zip(codes, static (q, c) => (long)q * c).Sum());
            Assert.Equal(expected, QuantizedDot.Portable(query, codes));
            Assert.Equal(expected, QuantizedDot.Compute(query, codes));
            if (System.Runtime.Intrinsics.X86.Avx2.IsSupported)
            {
                Assert.Equal(expected, QuantizedDot.Wide256(query, codes));
            }
        }
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public void Search_OfManyVectors_FindsTheTenThatExactArithmeticFinds(int seed, bool isClustered)
    {
        var random = new Random(seed);
        var centres = Enumerable.Range(0, 20).Select(_ => Vector(random)).ToArray();
        var vectors = Enumerable.Range(0, 4_000)
            .Select(i => isClustered ? Near(random, centres[i % centres.Length], 0.3f) : Vector(random)).ToArray();
        var segment = Segment(vectors);
        var (hits, queries) = (0, 50);
        for (var i = 0; i < queries; i++)
        {
            var query = isClustered ? Near(random, centres[i % centres.Length], 0.3f) : Vector(random);
            var exact = Exact(vectors, query).Take(10);
            hits += Found(segment, query, ChunkBitmap.All(segment.Count), 10).Intersect(exact).Count();
        }

        Assert.True(hits >= 0.98 * 10 * queries, $"recall@10 is {hits / (10.0 * queries):0.000}");
    }

    [Fact]
    public void Search_WithABitmap_FindsOnlyWhatIsInIt()
    {
        var random = new Random(5);
        var segment = Segment([.. Enumerable.Range(0, 200).Select(_ => Vector(random))]);
        var allowed = ChunkBitmap.Where(200, static chunk => chunk % 7 == 0);

        var found = Found(segment, Vector(random), allowed, 200);

        Assert.Equal(Enumerable.Range(0, 200).Where(static chunk => chunk % 7 == 0), found.Order());
    }

    [Fact]
    public void Cosine_OfVectorsOfAnyLength_IsTheirAngle()
    {
        float[] vector = [3e30f, 4e30f];
        var model = new EmbeddingModel("test", 2);
        var builder = new VectorSegmentBuilder(model);
        builder.Add(vector);
        builder.Add([0f, 0f]);
        builder.Add([-6e-30f, -8e-30f]);
        var segment = builder.Build();
        var query = new VectorQuery(model, vector);

        Assert.Equal([1f, 0f, -1f], Enumerable.Range(0, 3).Select(i => MathF.Round(segment.Cosine(query, i), 3)));
    }

    [Fact]
    public void Read_OfWhatWasWritten_FindsTheSame()
    {
        var random = new Random(6);
        var segment = Segment([.. Enumerable.Range(0, 100).Select(_ => Vector(random))]);
        var read = VectorSegment.Read(segment.ToBytes());
        var query = Vector(random);

        Assert.Equal(segment.ToBytes(), read.ToBytes());
        Assert.Equal(Model, read.Model);
        Assert.Equal(Found(segment, query, ChunkBitmap.All(100), 100), Found(read, query, ChunkBitmap.All(100), 100));
    }

    [Fact]
    public void Merge_OfSegments_IsTheSegmentBuiltAnew()
    {
        var random = new Random(7);
        var (first, second) = (Enumerable.Range(0, 30).Select(_ => Vector(random)).ToArray(), Enumerable.Range(0, 40).Select(_ => Vector(random)).ToArray());
        var live = ChunkBitmap.Where(30, static chunk => chunk % 2 == 0);

        var merged = VectorSegment.Merge([(Segment(first), live), (Segment(second), ChunkBitmap.All(40))]);

        Assert.Equal(Segment([.. first.Where((_, i) => i % 2 == 0), .. second]).ToBytes(), merged.ToBytes());
    }

    [Fact]
    public void Add_OfAnotherDimension_IsRefused()
    {
        var exception = Assert.Throws<OrleansAiException>(() => new VectorSegmentBuilder(Model).Add(new float[95]));

        Assert.Equal(ErrorCodes.EmbeddingModelMismatch, exception.Code);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Add_OfANumberThatIsNotFinite_IsRefused(float number)
    {
        var vector = new float[96];
        vector[50] = number;

        Assert.Equal(ErrorCodes.InvalidRequest, Assert.Throws<OrleansAiException>(() => new VectorSegmentBuilder(Model).Add(vector)).Code);
        Assert.Equal(ErrorCodes.InvalidRequest, Assert.Throws<OrleansAiException>(() => new VectorQuery(Model, vector)).Code);
    }

    [Fact]
    public void Search_WithAnotherModelOfTheSameDimension_IsRefused()
    {
        var snapshot = Indexes.Snapshot(Indexes.Segment(("d", ["text"])));
        var request = Indexes.Ask("text") with { Model = Indexes.Model with { Name = "test/other" } };

        var exception = Assert.Throws<OrleansAiException>(() => new HybridSearcher(snapshot).Search(request));

        Assert.Equal(ErrorCodes.EmbeddingModelMismatch, exception.Code);
        Assert.Contains("test/ngram", exception.Message, StringComparison.Ordinal);
        Assert.Contains("test/other", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_OfTwoModels_IsRefused()
    {
        var other = new VectorSegmentBuilder(Model with { Name = "test/other" }).Build();

        var exception = Assert.Throws<OrleansAiException>(
            () => VectorSegment.Merge([(Segment([]), ChunkBitmap.All(0)), (other, ChunkBitmap.All(0))]));

        Assert.Equal(ErrorCodes.EmbeddingModelMismatch, exception.Code);
    }

    [Fact]
    public void ResidentBytes_OfAHundredThousandVectors_AreUnder120Megabytes()
    {
        var model = new EmbeddingModel("test", 384);
        var builder = new VectorSegmentBuilder(model, 1_000);
        for (var i = 0; i < 1_000; i++)
        {
            builder.Add(new float[384]);
        }

        Assert.True(builder.Build().ResidentBytes * 100 < 120_000_000);
    }

    private static int[] Found(VectorSegment segment, float[] query, ChunkBitmap allowed, int count)
    {
        var ready = new VectorQuery(Model, query);
        var scan = new TopChunks(count * 4, float.NegativeInfinity);
        segment.Scan(ready, allowed, ref scan);
        return [.. scan.Take().OrderByDescending(found => segment.Cosine(ready, found.Chunk)).Take(count).Select(static found => found.Chunk)];
    }

    private static IEnumerable<int> Exact(float[][] vectors, float[] query) => Enumerable.Range(0, vectors.Length)
        .OrderByDescending(i => System.Numerics.Tensors.TensorPrimitives.CosineSimilarity(vectors[i], query));

    private static VectorSegment Segment(float[][] vectors)
    {
        var builder = new VectorSegmentBuilder(Model);
        foreach (var vector in vectors)
        {
            builder.Add(vector);
        }

        return builder.Build();
    }

    private static float[] Vector(Random random) => [.. Enumerable.Range(0, Model.Dimensions).Select(_ => (random.NextSingle() * 2) - 1)];

    private static float[] Near(Random random, float[] centre, float distance) =>
        [.. centre.Select(value => value + (((random.NextSingle() * 2) - 1) * distance))];
}
