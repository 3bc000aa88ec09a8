using OrleansAi.Contracts.Errors;
using OrleansAi.VendorSimulator;
using OrleansAi.Vendors.Embeddings;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Embeddings;

/// <summary>Routes, batches and fallback of embeddings.</summary>
public sealed class EmbeddingExecutorTests
{
    private static readonly string[] Texts = [.. Enumerable.Range(0, 9).Select(static i => $"text {i}")];

    [Fact]
    public async Task Candidate_FailingInOneBatch_LosesTheWholeRequestToTheNext()
    {
        await using var vendors = await SimulatedEmbeddings.StartAsync([Wire.OpenAiChat, Wire.Ollama], static vendor => vendor.MaxEmbeddingBatch = 2);
        vendors.Simulator.Respond = static call => call.Wire == Wire.OpenAiChat && call.Inputs!.Contains("text 3")
            ? new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = 500 } }
            : new Reply { Vectors = [.. call.Inputs!.Select(_ => new[] { call.Wire == Wire.OpenAiChat ? 1f : 2f })] };

        var result = await vendors.EmbedAsync(Texts);

        Assert.Null(result.Error);
        Assert.Equal("Ollama", result.Vendor);
        Assert.All(Enumerable.Range(0, Texts.Length), i => Assert.Equal([2f], result.Vectors.ToArray(i)));
        Assert.Contains(result.Attempts, static attempt => attempt is { Vendor: "OpenAiChat", Outcome: ErrorCodes.VendorFailed });
    }

    [Fact]
    public async Task Candidate_ThatFailed_IsPassedOver()
    {
        await using var vendors = await SimulatedEmbeddings.StartAsync([Wire.OpenAiChat, Wire.Ollama]);
        vendors.Simulator.Respond = static call => call.Wire == Wire.OpenAiChat ? new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = 503 } } : new Reply();
        Assert.Equal("Ollama", (await vendors.EmbedAsync("x")).Vendor);

        var again = await vendors.EmbedAsync("y");

        Assert.Equal(("Ollama", 1), (again.Vendor, again.Attempts.Count));
        Assert.Equal(1, vendors.Simulator.Calls.Count(static call => call.Wire == Wire.OpenAiChat));
    }

    [Fact]
    public async Task AllCandidates_Failing_TellTheFirstCauseAndEveryAttempt()
    {
        await using var vendors = await SimulatedEmbeddings.StartAsync([Wire.OpenAiChat, Wire.Ollama], static vendor => vendor.MaxRetries = 1);
        vendors.Simulator.Respond = static call => new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = call.Wire == Wire.OpenAiChat ? 503 : 500 } };

        var result = await vendors.EmbedAsync("x");

        Assert.Equal(ErrorCodes.VendorUnavailable, result.Error!.Code);
        Assert.Equal(["OpenAiChat", "OpenAiChat", "Ollama", "Ollama"], result.Attempts.Select(static attempt => attempt.Vendor));
        Assert.StartsWith("4 attempts failed. 1. ", result.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MaxCalls_BoundsRetriesAndFallbacksTogether()
    {
        await using var vendors = await SimulatedEmbeddings.StartAsync(
            [Wire.OpenAiChat, Wire.Ollama], static vendor => vendor.MaxRetries = 5, static route => route.MaxCalls = 2);
        vendors.Simulator.Respond = static _ => new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = 503 } };

        Assert.NotNull((await vendors.EmbedAsync("x")).Error);
        Assert.Equal(2, vendors.Simulator.Count);
    }

    [Fact]
    public async Task Breaker_OpenForEmbeddings_IsItsOwn()
    {
        await using var vendors = await SimulatedEmbeddings.StartAsync([Wire.OpenAiChat], static vendor => vendor.BreakerMinimumCalls = 2);
        vendors.Simulator.Respond = static _ => new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = 500 } };
        await vendors.EmbedAsync("x");
        await vendors.EmbedAsync("x");

        var refused = await vendors.EmbedAsync("x");

        Assert.Equal("breaker_open", Assert.Single(refused.Attempts).Cause);
        Assert.Equal(2, vendors.Simulator.Count);
        Assert.False(vendors.Catalog.For("OpenAiChat", "model-2").Health.IsOpen);
    }

    [Fact]
    public async Task Model_ChangingBetweenBatches_BreaksTheContract()
    {
        await using var vendors = await SimulatedEmbeddings.StartAsync([Wire.OpenAiChat], static vendor => vendor.MaxEmbeddingBatch = 3);
        vendors.Simulator.Respond = static call => new Reply { ServedModel = call.Inputs!.Contains("text 0") ? "old" : "new" };

        var result = await vendors.EmbedAsync(Texts);

        Assert.Equal(ErrorCodes.VendorContractViolated, result.Error?.Code);
        Assert.Equal(0, result.Vectors.Count);
    }

    [Fact]
    public async Task Pinned_AnotherModel_BreaksTheContract()
    {
        await using var vendors = await SimulatedEmbeddings.StartAsync([Wire.OpenAiChat], route: static route => route.Candidates[0].Pinned = true);
        vendors.Simulator.Respond = static _ => new Reply { ServedModel = "model-2" };

        Assert.Equal(ErrorCodes.VendorContractViolated, (await vendors.EmbedAsync("x")).Error?.Code);
    }

    [Fact]
    public async Task Server_IgnoringTheEncoding_IsRead()
    {
        await using var vendors = await SimulatedEmbeddings.StartAsync([Wire.OpenAiChat]);
        vendors.Simulator.Respond = static _ => new Reply { IgnoresEncoding = true };

        Assert.Equal(SimulatedVector.Of("x y"), (await vendors.EmbedAsync("x y")).Vectors.ToArray(0));
    }

    [Fact]
    public async Task Number_NotFinite_BreaksTheContract()
    {
        await using var vendors = await SimulatedEmbeddings.StartAsync([Wire.OpenAiChat]);
        vendors.Simulator.Respond = static _ => new Reply { Vectors = [[1, float.NaN]] };

        Assert.Equal(ErrorCodes.VendorContractViolated, (await vendors.EmbedAsync("x")).Error?.Code);
    }

    [Fact]
    public async Task Deadline_Passed_IsATimeout()
    {
        await using var vendors = await SimulatedEmbeddings.StartAsync([Wire.OpenAiChat]);
        vendors.Simulator.Respond = static _ => new Reply { Fault = new Fault(FaultKind.NoResponse) };
        var deadline = TimeProvider.System.GetUtcNow().AddMilliseconds(300).ToUnixTimeMilliseconds();

        var result = await vendors.Executor.EmbedAsync(SimulatedEmbeddings.Request("x") with { Deadline = deadline }, default);

        Assert.Equal(ErrorCodes.VendorTimeout, result.Error?.Code);
    }

    [Fact]
    public async Task Route_Unknown_IsRefusedByName()
    {
        await using var vendors = await SimulatedEmbeddings.StartAsync([Wire.OpenAiChat]);

        var refused = await Assert.ThrowsAsync<OrleansAiException>(
            () => vendors.Executor.EmbedAsync(SimulatedEmbeddings.Request("x") with { Route = "nope" }, default));

        Assert.Equal((ErrorCodes.ModelNotFound, "model"), (refused.Code, refused.Param));
        Assert.Contains("default, texts", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 100, "ab|cd|e", "ab,cd|e")]
    [InlineData(100, 3, "ab|cd|e|fghij|k", "ab|cd,e|fghij|k")]
    [InlineData(1, 100, "a|b", "a|b")]
    [InlineData(5, 100, "a|b", "a,b")]
    public void Batches_KeepOrderAndBounds(int inputs, int characters, string texts, string batches) => Assert.Equal(
        batches, string.Join('|', EmbeddingBatches.Of(texts.Split('|'), inputs, characters).Select(static batch => string.Join(',', batch))));
}
