using OrleansAi.Vendors.WireContracts;
using Xunit;
using static OrleansAi.Tests.Unit.Vendors.WireContracts.WireContractTests;

namespace OrleansAi.Tests.Unit.Vendors.WireContracts;

/// <summary>What is said to whole exchanges: bodies, streams, headers and models.</summary>
public sealed class ContractCheckerTests
{
    [Theory]
    [InlineData("gpt-5-2026-01-01", true, null)]
    [InlineData("gpt-5", false, null)]
    [InlineData("gpt-5", true, "Breaking")]
    [InlineData("gpt-5-2026-03-03", false, null)]
    [InlineData("gpt-5-2026-03-03", true, "Breaking")]
    [InlineData("gpt-5-mini", false, "Additive")]
    [InlineData("gpt-5-mini", true, "Breaking")]
    [InlineData(null, false, null)]
    public void Check_ServedModel_IsHeldToTheRequestedOne(string? requested, bool isPinned, string? expected)
    {
        foreach (var (api, body) in WireSamples.Bodies.Where(static sample => sample.Body.Contains("gpt-5-2026-01-01", StringComparison.Ordinal)))
        {
            var reading = new Exchange(api, body) { Requested = requested, IsPinned = isPinned }.Check();

            Assert.Equal(expected ?? "Exact", reading.Class.ToString());
            if (expected is not null)
            {
                var finding = Assert.Single(reading.Findings);
                Assert.Equal((ContractFindingKind.ServedModelDiffers, "gpt-5-2026-01-01"), (finding.Kind, finding.Value));
            }
        }
    }

    [Fact]
    public void Check_PinnedAndNoModelServed_IsBreaking()
    {
        var body = WireSamples.GeminiText.Replace("\"modelVersion\":\"gemini-3-pro-001\",", "", StringComparison.Ordinal);

        Assert.Equal(["MissingField $.modelVersion "], Show(new Exchange("gemini.generate-content", body) { Requested = "m", IsPinned = true }.Check()));
        Assert.Empty(Show(new Exchange("gemini.generate-content", body) { Requested = "m" }.Check()));
    }

    [Fact]
    public void Check_ServedModelInEveryWire_IsFound()
    {
        foreach (var (api, body) in WireSamples.Bodies)
        {
            Assert.Contains(
                new Exchange(api, body) { Requested = "other" }.Check().Findings,
                static finding => finding.Kind == ContractFindingKind.ServedModelDiffers);
        }

        foreach (var (api, body) in WireSamples.Streams)
        {
            Assert.Equal(
                ContractFindingKind.ServedModelDiffers,
                Assert.Single(new Exchange(api, body) { Requested = "other", IsStream = true }.Check().Findings).Kind);
        }
    }

    [Theory]
    [InlineData("claude-sonnet-4-5", "claude-sonnet-4-5-20250929")]
    [InlineData("claude-3-5-sonnet-latest", "claude-3-5-sonnet-20241022")]
    [InlineData("models/gemini-2.0-flash", "gemini-2.0-flash-001")]
    [InlineData("gemini-2.5-flash-preview", "gemini-2.5-flash-preview-05-20")]
    [InlineData("gpt-4", "gpt-4-0613")]
    [InlineData("command-r", "command-r-08-2024")]
    [InlineData("llama3.2", "llama3.2:latest")]
    [InlineData("claude-opus-4@20250514", "claude-opus-4")]
    public void Compare_VersionsOfAModel_AreItsFamily(string requested, string served) =>
        Assert.Equal(ServedModelMatch.SameFamily, ServedModel.Compare(System.Text.Encoding.UTF8.GetBytes(served), requested));

    [Theory]
    [InlineData("claude-opus-4", "claude-opus-4-1")]
    [InlineData("gpt-4", "gpt-4o")]
    [InlineData("gemini-2.5-pro", "gemini-2.5-flash")]
    [InlineData("llama3.2:1b", "llama3.2:3b")]
    public void Compare_OtherModels_AreDifferent(string requested, string served) =>
        Assert.Equal(ServedModelMatch.Different, ServedModel.Compare(System.Text.Encoding.UTF8.GetBytes(served), requested));

    [Fact]
    public void Check_Headers_KnowsTheVendorsAndTheOrdinary()
    {
        var exchange = new Exchange("openai.chat", WireSamples.OpenAiText)
        {
            Headers = ["X-RateLimit-Remaining-Tokens", "x-request-id", "openai-processing-ms", "CF-RAY", "Date", "Via", "Strict-Transport-Security", "x-mood-index"],
        };

        var reading = exchange.Check();

        Assert.Equal(["UnknownHeader headers.x-mood-index x-mood-index"], Show(reading));
        Assert.Equal(ContractClass.Additive, reading.Class);
    }

    [Theory]
    [InlineData("openai.chat", """{"error":{"message":"m","type":"server_error","param":null,"code":null}}""")]
    [InlineData("anthropic.messages", """{"type":"error","error":{"type":"overloaded_error","message":"m"},"request_id":"r"}""")]
    [InlineData("gemini.generate-content", """[{"error":{"code":500,"message":"m","status":"INTERNAL"}}]""")]
    [InlineData("ollama.chat", """{"error":"no"}""")]
    public void Check_ErrorInThePlaceOfAnAnswer_IsNoAnswer(string api, string body)
    {
        foreach (var isStream in new[] { false, true })
        {
            var reading = new Exchange(api, body) { IsStream = isStream, Requested = "other", IsPinned = true }.Check();

            Assert.True(reading.IsError);
            Assert.Empty(reading.Findings);
        }
    }

    [Fact]
    public void Check_ErrorStatus_IsNoAnswer()
    {
        var reading = new Exchange("openai.chat", "<html>") { Status = 502 }.Check();

        Assert.True(reading.IsError);
        Assert.Equal(ContractClass.Exact, reading.Class);
    }

    [Theory]
    [InlineData("openai.chat", "data: {\"error\":{\"message\":\"m\",\"code\":\"server_error\"}}\n\n", true)]
    [InlineData("openai.responses", "event: error\ndata: {\"type\":\"error\",\"code\":\"server_error\",\"message\":\"m\",\"param\":null,\"sequence_number\":3}\n\n", false)]
    [InlineData("anthropic.messages", "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}\n\n", false)]
    [InlineData("ollama.chat", "{\"error\":\"no\"}\n", true)]
    public void Check_ErrorInAStream_IsKnown(string api, string end, bool isError)
    {
        var stream = WireSamples.Streams.First(sample => sample.Api == api).Body.Trim();
        var reading = new Exchange(api, stream + (api == "ollama.chat" ? "\n" : "\n\n") + end) { IsStream = true }.Check();

        Assert.Empty(Show(reading));
        Assert.Equal(isError, reading.IsError);
    }

    [Fact]
    public void Check_FailedResponse_IsAnAnswer()
    {
        var body = WireSamples.ResponsesWhole
            .Replace("\"completed\",\"error\":null", "\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"m\"}", StringComparison.Ordinal);

        var reading = new Exchange("openai.responses", body).Check();

        Assert.Empty(Show(reading));
        Assert.False(reading.IsError);
    }

    [Theory]
    [InlineData("openai.chat")]
    [InlineData("anthropic.messages")]
    [InlineData("ollama.chat")]
    public void Check_PageInThePlaceOfAStream_IsBreaking(string api)
    {
        foreach (var page in new[] { "<html>\n<body>504</body>\n</html>\n", "<html>" })
        {
            var reading = new Exchange(api, page) { IsStream = true }.Check();

            Assert.Contains(reading.Findings, static finding => finding.Kind == ContractFindingKind.NotJson);
        }
    }

    [Fact]
    public void Check_MalformedEvent_IsBreaking()
    {
        var reading = new Exchange("openai.chat", WireSamples.OpenAiStream.Replace("\"content\":\"Hello\"", "\"content\":\"Hel", StringComparison.Ordinal))
        {
            IsStream = true,
        }.Check();

        Assert.Equal(ContractFindingKind.NotJson, Assert.Single(reading.Findings).Kind);
    }

    [Fact]
    public void Check_StreamThatWasCut_IsNoBreach()
    {
        foreach (var (api, body) in WireSamples.Streams)
        {
            for (var length = 0; length < body.Length; length += length < 64 ? 1 : 7)
            {
                var reading = new Exchange(api, body[..length]) { IsStream = true, IsComplete = false }.Check();

                Assert.Empty(Show(reading));
            }
        }
    }

    [Fact]
    public void Check_NothingCame_IsNoAnswer()
    {
        var capture = new OrleansAi.Vendors.Wire.WireCapture();

        var reading = new ContractChecker(WireContractCatalog.Default).Check("openai.chat", "m", "m", true, capture, isStream: true);

        Assert.Same(ContractReading.None, reading);
    }

    [Fact]
    public void Check_DataInSeveralLines_IsOneEvent()
    {
        var body = WireSamples.OpenAiStream.Replace(",\"choices\"", ",\ndata: \"choices\"", StringComparison.Ordinal);

        Assert.Empty(Show(new Exchange("openai.chat", body) { IsStream = true }.Check()));
    }

    [Fact]
    public void Check_ApiWithoutContract_IsHeldToNone() =>
        Assert.Same(ContractReading.None, new Exchange("pigeon.post", "coo").Check());

    [Fact]
    public void Check_RandomBytes_NeverThrow()
    {
        const int Seed = 20261124;
        var random = new Random(Seed);
        foreach (var (api, body) in WireSamples.Bodies.Concat(WireSamples.Streams))
        {
            for (var i = 0; i < 200; i++)
            {
                var letters = body.ToCharArray();
                for (var j = 0; j < 3; j++)
                {
                    letters[random.Next(letters.Length)] = "{}[]\",:0a\\\n\u0001é"[random.Next(13)];
                }

                foreach (var isStream in new[] { false, true })
                {
                    Assert.NotNull(new Exchange(api, new string(letters)) { IsStream = isStream, Requested = "m" }.Check());
                }
            }
        }
    }
}
