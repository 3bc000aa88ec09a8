using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Contracts.Vendors;
using OrleansAi.VendorSimulator;
using OrleansAi.Vendors;
using OrleansAi.Vendors.Reports;
using OrleansAi.Vendors.Wire;
using OrleansAi.Vendors.WireContracts;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Wires;

/// <summary>What the operator's settings do with what vendors send: contracts, limits, images and files.</summary>
public sealed class PolicyTests
{
    private static readonly Dictionary<string, string> NewHeader = new() { ["x-brand-new"] = "1" };

    [Theory]
    [InlineData(ContractPolicy.Tolerate)]
    [InlineData(ContractPolicy.Quarantine)]
    [InlineData(ContractPolicy.Fail)]
    public async Task SomethingNew_IsDealtWithByPolicy(ContractPolicy policy)
    {
        await using var vendor = await SimulatedVendor.StartAsync(Wire.Anthropic, options => options.ContractPolicy = policy);
        vendor.Simulator.Respond = static _ => new Reply { Text = "fine", Headers = NewHeader };

        var (result, _) = await vendor.AskAsync(false, SimulatedVendor.Call());

        Assert.Equal(policy == ContractPolicy.Fail, result.Error is not null);
        Assert.Equal("additive", result.Attempts[0].Contract);
        var report = new VendorReporter(vendor.Catalog, vendor.Embeddings, TimeProvider.System).Report().Single(static one => one.Vendor == SimulatedVendor.Name);
        Assert.Equal(policy switch
        {
            ContractPolicy.Quarantine => VendorState.Quarantined,
            ContractPolicy.Fail => VendorState.Failing,
            _ => VendorState.Ok,
        }, report.State);
        var seen = Assert.Single(report.FirstSeen);
        Assert.Equal(("unknown_header", "headers.x-brand-new", 1L), (seen.Kind, seen.Path, seen.Count));
        if (policy == ContractPolicy.Fail)
        {
            Assert.Equal(ErrorCodes.VendorContractViolated, result.Error!.Code);
        }
        else
        {
            Assert.Contains(result.Verdicts, static verdict => verdict.Name == VerdictNames.ContractAdditive);
        }
    }

    [Fact]
    public async Task AVendorInQuarantine_IsPassedOver()
    {
        await using var simulator = await Simulator.StartAsync();
        simulator.Respond = static call => new Reply { Text = "fine", Headers = call.Wire == Wire.Anthropic ? NewHeader : [] };
        using var catalog = new VendorCatalog(
            Options.Create(new RoutingOptions
            {
                Vendors =
                {
                    ["a"] = new VendorOptions { Kind = "anthropic", Endpoint = simulator.EndpointOf(Wire.Anthropic), ContractPolicy = ContractPolicy.Quarantine },
                    ["b"] = new VendorOptions { Kind = "ollama", Endpoint = simulator.EndpointOf(Wire.Ollama) },
                },
                Models =
                {
                    ["chat"] = new RouteOptions
                    {
                        Candidates = [new CandidateOptions { Vendor = "a", Model = "m" }, new CandidateOptions { Vendor = "b", Model = "m" }],
                    },
                },
            }),
            TimeProvider.System,
            NullLoggerFactory.Instance);
        Assert.Equal("a", catalog.Choose("chat").Vendor);

        await catalog.For("a", "m").CompleteAsync(SimulatedVendor.Call() with { Vendor = "a", Model = "m" }, CancellationToken.None);

        Assert.Equal("b", catalog.Choose("chat").Vendor);
    }

    [Fact]
    public async Task AUsedUpLimit_StopsCallsBeforeTheVendorDoes()
    {
        await using var vendor = await SimulatedVendor.StartAsync(Wire.OpenAiChat);
        vendor.Simulator.Respond = static _ => new Reply
        {
            Text = "fine",
            Headers = new Dictionary<string, string> { ["x-ratelimit-remaining-requests"] = "0", ["x-ratelimit-reset-requests"] = "1m30s" },
        };
        Assert.Null((await vendor.AskAsync(false, SimulatedVendor.Call())).Result.Error);

        var (refused, _) = await vendor.AskAsync(false, SimulatedVendor.Call());

        Assert.Equal(ErrorCodes.VendorUnavailable, refused.Error?.Code);
        Assert.Equal("client_rate_limit", Assert.Single(refused.Attempts).Cause);
        Assert.Equal(1, vendor.Simulator.Count);
    }

    [Theory]
    [InlineData("5", 5.0)]
    [InlineData("0", 0.0)]
    [InlineData("-1", null)]
    [InlineData("99999999999", null)]
    [InlineData("NaN", null)]
    [InlineData("Tue, 24 Nov 2026 10:00:30 GMT", 30.0)]
    [InlineData("Tue, 24 Nov 2026 09:00:00 GMT", null)]
    public void RetryAfter_IsReadWhenItMakesSense(string text, double? seconds) => Assert.Equal(
        seconds,
        VendorErrors.RetryAfter(name => name switch
        {
            "retry-after" => text,
            "date" => "Tue, 24 Nov 2026 10:00:00 GMT",
            _ => null,
        })?.TotalSeconds);

    [Theory]
    [InlineData(Wire.OpenAiChat, "data:image/png;base64,iVBO")]
    [InlineData(Wire.AzureOpenAi, "data:image/png;base64,iVBO")]
    [InlineData(Wire.OpenAiResponses, "data:image/png;base64,iVBO")]
    [InlineData(Wire.Anthropic, "\"data\":\"iVBO\"")]
    [InlineData(Wire.Gemini, "\"data\":\"iVBO\"")]
    [InlineData(Wire.Ollama, "\"images\":[\"iVBO\"]")]
    public async Task AnImage_GoesAlong(Wire wire, string expected)
    {
        await using var vendor = await SimulatedVendor.StartAsync(wire);
        var message = SimulatedVendor.Say(Role.User, "what is this?") with
        {
            Media = [new ModelMedia { Kind = ModelMediaKind.Image, Data = "iVBO", MediaType = "image/png" }],
        };

        var (result, _) = await vendor.AskAsync(false, SimulatedVendor.Call(message));

        Assert.True(result.Error is null, result.Error?.Message);
        Assert.Contains(expected, vendor.Simulator.Calls[0].RawBody.Replace("\": ", "\":", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFile_ThatTheVendorDoesNotTake_HasANamedErrorAndCostsNothing()
    {
        await using var vendor = await SimulatedVendor.StartAsync(Wire.Ollama);
        var message = SimulatedVendor.Say(Role.User, "read this") with
        {
            Media = [new ModelMedia { Kind = ModelMediaKind.File, Data = "JVBE", MediaType = "application/pdf", FileName = "a.pdf" }],
        };

        var (result, _) = await vendor.AskAsync(false, SimulatedVendor.Call(message));

        Assert.Equal("unsupported", Assert.Single(result.Attempts).Cause);
        Assert.Contains("Ollama takes images as bytes alone", result.Error?.Message, StringComparison.Ordinal);
        Assert.Contains($"'{SimulatedVendor.Name}'", result.Error?.Message, StringComparison.Ordinal);
        Assert.Equal((ErrorCodes.InvalidRequest, "input"), (result.Error?.Code, result.Error?.Param));
        Assert.Equal(0, vendor.Simulator.Count);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public void WhatAVendorSaysOfOurKey_GoesToNobody(int status)
    {
        var failed = VendorErrors.OfStatus(status, "sk-piece", "Incorrect API key provided: sk-abc***xyz.", static _ => null);

        Assert.DoesNotContain("sk-", failed.Message, StringComparison.Ordinal);
        Assert.Contains($"{status}", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, null)]
    [InlineData(500, ErrorCodes.VendorFailed)]
    public async Task AWish_ThatAnotherCandidateCanGrant_IsNotTheCallersFault(int status, string? code)
    {
        await using var simulator = await Simulator.StartAsync();
        simulator.Respond = _ => new Reply { Text = "fine", Fault = status == 200 ? null : new Fault(FaultKind.HttpStatus) { Status = status } };
        using var catalog = new VendorCatalog(
            Options.Create(new RoutingOptions
            {
                Vendors =
                {
                    ["a"] = new VendorOptions { Kind = "anthropic", Endpoint = simulator.EndpointOf(Wire.Anthropic), MaxRetries = 0 },
                    ["b"] = new VendorOptions { Kind = "openai", Endpoint = simulator.EndpointOf(Wire.OpenAiChat), MaxRetries = 0 },
                },
                Models =
                {
                    ["chat"] = new RouteOptions
                    {
                        Candidates = [new CandidateOptions { Vendor = "a", Model = "m" }, new CandidateOptions { Vendor = "b", Model = "m" }],
                    },
                },
            }),
            TimeProvider.System,
            NullLoggerFactory.Instance);
        var routes = new OrleansAi.Vendors.Routing.RouteExecutor(
            catalog, (call, token) => catalog.For(call.Vendor, call.Model).CompleteAsync(call, token), static (_, _) => throw new NotSupportedException());
        var call = SimulatedVendor.Call() with { Route = "chat", Vendor = "a", Model = "m" };

        var result = await routes.CompleteAsync(call with { Sampling = new() { Seed = 7 } }, CancellationToken.None);

        Assert.Equal(code, result.Error?.Code);
        Assert.Null(result.Error?.Param);
        Assert.Equal(["unsupported"], result.Attempts.Where(static attempt => attempt.Vendor == "a").Select(static attempt => attempt.Cause));
    }

    [Fact]
    public async Task TheExactBytes_AreKeptAndHashed()
    {
        await using var vendor = await SimulatedVendor.StartAsync(Wire.OpenAiChat);
        vendor.Simulator.Respond = static _ => new Reply { Text = "one two three" };

        var (result, _) = await vendor.AskAsync(true, SimulatedVendor.Call());

        var raw = new byte[100_000];
        Assert.True(System.IO.Compression.BrotliDecoder.TryDecompress(result.Exchanges[0], raw, out var length));
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(raw.AsSpan(0, length)));
        Assert.Equal(hash, result.Attempts[0].ResponseHash);
        Assert.Contains("[DONE]", System.Text.Encoding.UTF8.GetString(raw, 0, length), StringComparison.Ordinal);
        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(vendor.Simulator.Calls[0].RawBody))),
            result.Attempts[0].RequestHash);
    }
}
