using System.Security.Cryptography;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Errors;
using OrleansAi.VendorSimulator;
using OrleansAi.Vendors.Builtin;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Embeddings;

/// <summary>The built-in embeddings.</summary>
public sealed class LexicalEmbeddingTests
{
    // Stored vectors are compared with these bytes for ever: when this fails, the model needs another name.
    [Theory]
    [InlineData("The quick brown fox jumps over the lazy dog.", "e47b66cbe9762f91fe941a696124c5b62e6c06dedc983416")]
    [InlineData("Grüße aus Köln, 東京 and Αθήνα — Привет! 👋🏽 a1b2", "97fa2c604ef32e569ea856482b4d323127a4bb894575109f")]
    public async Task Vector_IsTheSameForEver(string text, string hash) =>
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData((await EmbedAsync(384, text)).Bytes))[..48]);

    [Theory]
    [InlineData(null, 384)]
    [InlineData(64, 64)]
    [InlineData(2_048, 2_048)]
    public async Task Vector_HasTheLengthAskedForAndNormOne(int? wanted, int dimensions)
    {
        var vectors = await EmbedAsync(wanted, "some words to embed", "!!!", " ", "\u0301", "x");

        Assert.Equal((5, dimensions), (vectors.Count, vectors.Dimensions));
        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(1, vectors.ToArray(i).Sum(static number => (double)number * number), 4));
    }

    [Theory]
    [InlineData("How do I reset my password?", "Resetting a forgotten password", "Opening hours of the canteen")]
    [InlineData("invoice payment overdue", "The payment of the invoices is overdue.", "The cat sleeps on the warm stove.")]
    [InlineData("Wie storniere ich meine Bestellung?", "Bestellungen stornieren", "Öffnungszeiten der Kantine")]
    [InlineData("東京の天気", "明日の東京の天気は晴れです", "大阪の美味しい料理")]
    [InlineData("Сбросить пароль", "Как сбросить забытый пароль", "Часы работы столовой")]
    public async Task Text_WithTheSameWords_IsNearer(string query, string near, string far)
    {
        var vectors = await EmbedAsync(384, query, near, far);

        Assert.True(Cosine(vectors, 0, 1) > Cosine(vectors, 0, 2) + 0.15, $"{Cosine(vectors, 0, 1)} and {Cosine(vectors, 0, 2)}");
    }

    [Theory]
    [InlineData("CAFÉ Crème", "cafe creme")]
    [InlineData("Ａ１ test", "a1 TEST")]
    [InlineData("ΑΘΉΝΑΣ", "αθηνασ")]
    [InlineData("e\u0301cole", "école")]
    [InlineData("Ёлка", "елка")]
    public async Task Text_InAnotherCaseOrAccent_IsTheSame(string one, string other)
    {
        var vectors = await EmbedAsync(384, one, other);

        Assert.Equal(1, Cosine(vectors, 0, 1), 4);
    }

    [Theory]
    [InlineData(63)]
    [InlineData(2_049)]
    public async Task Dimensions_OutOfBounds_AreRefusedByName(int dimensions)
    {
        await using var vendors = await SimulatedEmbeddings.StartAsync([Wire.OpenAiChat]);
        var refused = await Assert.ThrowsAsync<OrleansAiException>(() => vendors.Executor.EmbedAsync(
            SimulatedEmbeddings.Request("x") with { Route = null, Dimensions = dimensions }, default));

        Assert.Equal((ErrorCodes.InvalidRequest, "dimensions"), (refused.Code, refused.Param));
    }

    [Fact]
    public async Task DefaultRoute_NeedsNothing()
    {
        await using var vendors = await SimulatedEmbeddings.StartAsync([Wire.OpenAiChat]);
        var result = await vendors.Executor.EmbedAsync(SimulatedEmbeddings.Request("two words") with { Route = null }, default);

        Assert.Equal(("lexical-1/384", 2), (result.Space, result.Usage!.InputTokens));
        Assert.Equal(0, vendors.Simulator.Count);
    }

    private static async Task<EmbeddingVectors> EmbedAsync(int? dimensions, params string[] texts)
    {
        var answer = await new LexicalEmbedding().EmbedAsync(
            new EmbeddingCall { Vendor = "builtin", Model = LexicalEmbedding.Name, Inputs = texts, Dimensions = dimensions, Deadline = 0 }, default);
        return EmbeddingVectors.Of([.. answer.Vectors.Select(static vector => vector!)]);
    }

    private static double Cosine(EmbeddingVectors vectors, int one, int other) =>
        vectors.ToArray(one).Zip(vectors.ToArray(other)).Sum(static pair => (double)pair.First * pair.Second);
}
