using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Embeddings;

/// <summary>What every adapter for embeddings does the same, whatever its wire. One subclass a wire.</summary>
public abstract class EmbeddingConformance(Wire wire) : IAsyncLifetime
{
    private SimulatedEmbeddings? _vendor;

    private SimulatedEmbeddings Vendor => _vendor!;

    private Simulator Simulator => Vendor.Simulator;

    /// <summary>False for a wire that does not name the model that answers.</summary>
    protected virtual bool NamesModel => true;

    public async ValueTask InitializeAsync() => _vendor = await SimulatedEmbeddings.StartAsync(
        [wire], static vendor => vendor.MaxEmbeddingBatch = 3);

    public ValueTask DisposeAsync() => Vendor.DisposeAsync();

    [Fact]
    public async Task Vectors_ComeExactAndInOrder()
    {
        Simulator.Respond = static _ => new Reply { InputTokens = 11, ReversesVectors = true };
        var result = await Vendor.EmbedAsync("Grüße", "世界 ⚡", "a \"quote\"\nand a line");

        Assert.Null(result.Error);
        Assert.Equal((3, SimulatedVector.Dimensions), (result.Vectors.Count, result.Vectors.Dimensions));
        Assert.Equal(SimulatedVector.Of("Grüße"), result.Vectors.ToArray(0));
        Assert.Equal(SimulatedVector.Of("世界 ⚡"), result.Vectors.ToArray(1));
        Assert.Equal(SimulatedVector.Of("a \"quote\"\nand a line"), result.Vectors.ToArray(2));
        Assert.Equal((11, 0), (result.Usage!.InputTokens, result.Usage.OutputTokens));
        Assert.Equal("model-1", result.ServedModel);
        Assert.Equal($"model-1/{SimulatedVector.Dimensions}", result.Space);
        Assert.Equal("ok", Assert.Single(result.Attempts).Outcome);
        Assert.Equal(BillingCertainty.Billed, result.Attempts[0].Billing);
        Assert.Null(Simulator.Calls[0].Refused);
    }

    [Fact]
    public async Task ServedModel_IsTheVendorsWord()
    {
        Simulator.Respond = static _ => new Reply { ServedModel = "model-1-2026" };

        Assert.Equal(NamesModel ? "model-1-2026" : "model-1", (await Vendor.EmbedAsync("x")).ServedModel);
    }

    [Fact]
    public async Task Usage_NotTold_IsNull()
    {
        Simulator.Respond = static _ => new Reply { OmitUsage = true };
        var result = await Vendor.EmbedAsync("x");

        Assert.Null(result.Error);
        Assert.Null(result.Usage);
    }

    [Fact]
    public async Task Dimensions_GoOutAndComeBackWithLengthOne()
    {
        var result = await Vendor.Executor.EmbedAsync(SimulatedEmbeddings.Request("some text") with { Dimensions = 5 }, default);

        Assert.Null(result.Error);
        Assert.Equal(5, result.Vectors.Dimensions);
        Assert.Equal(1, result.Vectors.ToArray(0).Sum(static number => number * number), 3);
    }

    [Fact]
    public async Task Batches_OfTheVendorsSize_AreJoinedInOrder()
    {
        Simulator.Respond = static _ => new Reply { InputTokens = 7 };
        string[] texts = [.. Enumerable.Range(0, 10).Select(static i => $"text number {i}")];
        var result = await Vendor.EmbedAsync(texts);

        Assert.Null(result.Error);
        Assert.Equal(texts.Select(static text => SimulatedVector.Of(text)), Enumerable.Range(0, 10).Select(result.Vectors.ToArray));
        Assert.Equal([1, 3, 3, 3], Simulator.Calls.Select(static call => call.Inputs!.Count).Order());
        Assert.Equal(28, result.Usage!.InputTokens);
        Assert.Equal(4, result.Attempts.Count);
    }

    [Theory]
    [InlineData(401, "unauthorized", ErrorCodes.VendorFailed)]
    [InlineData(429, "rate_limited", ErrorCodes.VendorUnavailable)]
    [InlineData(500, "server_error", ErrorCodes.VendorFailed)]
    [InlineData(503, "overloaded", ErrorCodes.VendorUnavailable)]
    public async Task ErrorStatus_HasItsCause(int status, string cause, string code)
    {
        Simulator.Respond = _ => new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = status } };
        var result = await Vendor.EmbedAsync("x");

        var attempt = Assert.Single(result.Attempts);
        Assert.Equal((cause, status, code), (attempt.Cause, attempt.HttpStatus!.Value, result.Error!.Code));
        Assert.Equal(0, result.Vectors.Count);
        Assert.Null(result.Space);
    }

    [Theory]
    [InlineData(FaultKind.MalformedChunk, ErrorCodes.VendorContractViolated)]
    [InlineData(FaultKind.CutJson, ErrorCodes.VendorContractViolated)]
    [InlineData(FaultKind.HtmlWith200, ErrorCodes.VendorContractViolated)]
    [InlineData(FaultKind.ResetBeforeHeaders, ErrorCodes.VendorUnavailable)]
    [InlineData(FaultKind.Cut, ErrorCodes.VendorFailed)]
    [InlineData(FaultKind.ErrorInStream, ErrorCodes.VendorFailed)]
    public async Task BrokenAnswer_IsNoAnswer(FaultKind fault, string code)
    {
        Simulator.Respond = _ => new Reply { Fault = new Fault(fault) };
        var result = await Vendor.EmbedAsync("x", "y");

        Assert.Equal(code, result.Error?.Code);
    }

    [Fact]
    public async Task ContextLength_HasItsOwnCode()
    {
        Simulator.Respond = static _ => new Reply { Fault = new Fault(FaultKind.ContextLength) };

        Assert.Equal(ErrorCodes.ContextTooLong, (await Vendor.EmbedAsync("x")).Error?.Code);
    }

    [Theory]
    [MemberData(nameof(WrongVectors))]
    public async Task WrongVectors_BreakTheContract(string what, float[][] vectors)
    {
        Simulator.Respond = _ => new Reply { Vectors = vectors };
        var result = await Vendor.EmbedAsync("one", "two");

        Assert.Equal((what, ErrorCodes.VendorContractViolated), (what, result.Error?.Code));
        Assert.Equal(BillingCertainty.Billed, Assert.Single(result.Attempts).Billing);
    }

    public static TheoryData<string, float[][]> WrongVectors() => new()
    {
        { "too few", [[1, 0]] },
        { "too many", [[1, 0], [0, 1], [1, 1]] },
        { "unequal lengths", [[1, 0], [1, 0, 0]] },
        { "empty", [[], []] },
    };

    [Fact]
    public async Task Dimensions_NotKept_BreakTheContract()
    {
        Simulator.Respond = static _ => new Reply { Vectors = [[1, 0, 0]] };
        var result = await Vendor.Executor.EmbedAsync(SimulatedEmbeddings.Request("x") with { Dimensions = 2 }, default);

        Assert.Equal(ErrorCodes.VendorContractViolated, result.Error?.Code);
    }

    [Fact]
    public async Task Cancel_ClosesTheConnection()
    {
        using var cancel = new CancellationTokenSource();
        var arrived = new TaskCompletionSource<SimulatedCall>(TaskCreationOptions.RunContinuationsAsynchronously);
        Simulator.Respond = call =>
        {
            arrived.TrySetResult(call);
            return new Reply { Fault = new Fault(FaultKind.NoResponse) };
        };
        var asking = Vendor.Executor.EmbedAsync(SimulatedEmbeddings.Request("x"), cancel.Token);
        var seen = await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await seen.Disconnected.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Secret_IsInNoRecord()
    {
        var result = await Vendor.EmbedAsync("x");

        Assert.DoesNotContain("secret-key", System.Text.Json.JsonSerializer.Serialize(result), StringComparison.Ordinal);
        Assert.DoesNotContain("secret-key", Simulator.Calls[^1].RawBody, StringComparison.Ordinal);
        Assert.NotNull(result.Attempts[0].RequestHash);
    }
}

/// <summary>OpenAI's embeddings.</summary>
public sealed class OpenAiEmbeddingConformance() : EmbeddingConformance(Wire.OpenAiChat);

/// <summary>OpenAI's embeddings on Azure.</summary>
public sealed class AzureEmbeddingConformance() : EmbeddingConformance(Wire.AzureOpenAi);

/// <summary>Ollama's.</summary>
public sealed class OllamaEmbeddingConformance() : EmbeddingConformance(Wire.Ollama);

/// <summary>Gemini's.</summary>
public sealed class GeminiEmbeddingConformance() : EmbeddingConformance(Wire.Gemini)
{
    protected override bool NamesModel => false;
}
