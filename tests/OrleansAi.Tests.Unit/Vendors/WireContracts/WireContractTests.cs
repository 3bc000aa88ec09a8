using System.Text;
using OrleansAi.Vendors.WireContracts;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.WireContracts;

/// <summary>What contracts say to single answers and events.</summary>
public sealed class WireContractTests
{
    public static TheoryData<string, string> Bodies => Data(WireSamples.Bodies);

    public static TheoryData<string, string> Streams => Data(WireSamples.Streams);

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Classify_WhatTheVendorSends_IsExact(string api, string body)
    {
        var reading = Contract(api).Classify(Encoding.UTF8.GetBytes(body));

        Assert.Empty(Show(reading));
        Assert.Equal(ContractClass.Exact, reading.Class);
        Assert.Equal($"{api}.1", reading.Contract);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Check_StreamOfTheVendor_IsExact(string api, string body)
    {
        foreach (var text in new[] { body, body.ReplaceLineEndings("\r\n"), "\uFEFF" + body })
        {
            var reading = new Exchange(api, text) { IsStream = true }.Check();

            Assert.Empty(Show(reading));
            Assert.False(reading.IsError);
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Classify_CutAnywhere_IsBreakingAndNeverThrows(string api, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body.Trim());
        for (var length = 0; length < bytes.Length; length++)
        {
            var reading = Contract(api).Classify(bytes.AsSpan(0, length));

            Assert.Equal(ContractClass.Breaking, reading.Class);
            Assert.Contains(reading.Findings, static finding => finding.Kind == ContractFindingKind.NotJson);
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Classify_Exact_AllocatesNothing(string api, string body)
    {
        var contract = Contract(api);
        var bytes = Encoding.UTF8.GetBytes(body);
        contract.Classify(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            contract.Classify(bytes);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("openai.chat", "\"role\"", "\"mood\":{\"level\":7,\"of\":[\"x\"]},\"role\"", "UnknownField $.choices[].message.mood {level:number,of:[string(1)]}")]
    [InlineData("openai.chat", "\"stop\"", "\"tired42\"", "UnknownValue $.choices[].finish_reason \"tired##\"")]
    [InlineData("openai.chat", "\"stop\"", "\"\"", "UnknownValue $.choices[].finish_reason \"\"")]
    [InlineData("openai.chat", "\"stop\"", "\"a customer's words\"", "UnknownValue $.choices[].finish_reason \"string(##)\"")]
    [InlineData("openai.chat", "\"cached_tokens\"", "\"new_tokens\"", "UnknownField $.usage.prompt_tokens_details.new_tokens number")]
    [InlineData("anthropic.messages", "\"redacted_thinking\"", "\"hologram\"", "UnknownValue $.content[].type \"hologram\"")]
    [InlineData("anthropic.messages", "\"tool_use\",\"stop_sequence\"", "\"sleepy\",\"stop_sequence\"", "UnknownValue $.stop_reason \"sleepy\"")]
    [InlineData("gemini.generate-content", "\"STOP\"", "\"DAYDREAM\"", "UnknownValue $.candidates[].finishReason \"DAYDREAM\"")]
    [InlineData("gemini.generate-content", "\"thought\":true", "\"idea\":true", "UnknownField $.candidates[].content.parts[].idea boolean")]
    [InlineData("ollama.chat", "\"done\":true", "\"done\":true,\"gpu\":\"secret words\"", "UnknownField $.gpu string(12)")]
    [InlineData("openai.responses", "\"function_call\"", "\"dance_call\"", "UnknownValue $.output[].type \"dance_call\"")]
    public void Classify_MoreThanIsKnown_IsAdditive(string api, string what, string with, string expected)
    {
        var reading = Contract(api).Classify(Encoding.UTF8.GetBytes(Change(api, what, with)));

        Assert.Equal([expected], Show(reading));
        Assert.Equal(ContractClass.Additive, reading.Class);
    }

    [Theory]
    [InlineData("openai.chat", "\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\",", "", "MissingField $.id ")]
    [InlineData("openai.chat", "\"prompt_tokens\":19,", "", "MissingField $.usage.prompt_tokens ")]
    [InlineData("openai.chat", "\"prompt_tokens\":19", "\"prompt_tokens\":\"19\"", "WrongType $.usage.prompt_tokens string(2), not Integer")]
    [InlineData("openai.chat", "\"prompt_tokens\":19", "\"prompt_tokens\":19.5", "WrongType $.usage.prompt_tokens number, not Integer")]
    [InlineData("openai.chat", "\"finish_reason\":\"stop\"", "\"finish_reason\":null", "WrongType $.choices[].finish_reason null, not String")]
    [InlineData("anthropic.messages", "\"input\":{\"a\":{\"b\":[1]}}", "\"input\":\"{}\"", "WrongType $.content[].input string(2), not Object")]
    [InlineData("anthropic.messages", "\"text\":\"Hi!\",", "", "MissingField $.content[].text ")]
    [InlineData("gemini.generate-content", "\"candidates\"", "\"answers\"", "UnknownField $.answers [{content:object,finishReason:string(4),index:number,avgLogprobs:number,safetyR…|MissingField $.candidates ")]
    [InlineData("ollama.chat", "\"arguments\":{\"city\":\"Paris\"}", "\"arguments\":\"{}\"", "WrongType $.message.tool_calls[].function.arguments string(2), not Object")]
    [InlineData("openai.responses", "\"input_tokens\":37", "\"input_tokens\":{}", "WrongType $.usage.input_tokens {}, not Integer")]
    public void Classify_LessThanIsPromised_IsBreaking(string api, string what, string with, string expected)
    {
        var reading = Contract(api).Classify(Encoding.UTF8.GetBytes(Change(api, what, with)));

        Assert.Equal(expected.Split('|'), Show(reading));
        Assert.Equal(ContractClass.Breaking, reading.Class);
    }

    [Theory]
    [InlineData("<html><body>504</body></html>", "NotJson $ 29 bytes, wrong at byte 0 of line 1")]
    [InlineData("", "NotJson $ 0 bytes, wrong at byte 0 of line 1")]
    [InlineData("[]", "WrongType $ [], not Object")]
    [InlineData("null", "WrongType $ null, not Object")]
    [InlineData("{\"id\":\"\\uD800\"} x", null)]
    public void Classify_OtherThings_IsBreaking(string body, string? expected)
    {
        var reading = Contract("openai.chat").Classify(Encoding.UTF8.GetBytes(body));

        Assert.Equal(ContractClass.Breaking, reading.Class);
        if (expected is not null)
        {
            Assert.Equal([expected], Show(reading));
        }
    }

    [Fact]
    public void Classify_EscapedNames_AreTheNames()
    {
        var body = WireSamples.OllamaText
            .Replace("\"done\"", "\"d\\u006fne\"", StringComparison.Ordinal)
            .Replace("\"stop\"", "\"st\\u006fp\"", StringComparison.Ordinal);

        Assert.Empty(Show(Contract("ollama.chat").Classify(Encoding.UTF8.GetBytes(body))));
    }

    [Fact]
    public void Classify_HalfASurrogatePair_IsNoName()
    {
        var body = WireSamples.OllamaText.Replace("\"stop\"", "\"\\uD800\",\"\\uD800\":1", StringComparison.Ordinal);

        Assert.Equal(
            ["UnknownValue $.done_reason \"string(#)\"", "UnknownField $.? number"],
            Show(Contract("ollama.chat").Classify(Encoding.UTF8.GetBytes(body))));
    }

    [Fact]
    public void Classify_ManyFindings_AreBounded()
    {
        var body = $"{{{string.Join(',', Enumerable.Range(0, 500).Select(static i => $"\"f{i}\":1"))}}}";

        var reading = Contract("ollama.chat").Classify(Encoding.UTF8.GetBytes(body));

        Assert.Equal(FindingList.Most, reading.Findings.Count);
        Assert.Equal(ContractClass.Breaking, reading.Class);
    }

    [Fact]
    public void Classify_SameFindingInManyElements_IsOne()
    {
        var choice = """{"index":0,"message":{"role":"assistant","foo":1},"finish_reason":"stop"}""";
        var body = $$"""{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{{choice}},{{choice}},{{choice}}]}""";

        Assert.Equal(["UnknownField $.choices[].message.foo number"], Show(Contract("openai.chat").Classify(Encoding.UTF8.GetBytes(body))));
    }

    [Fact]
    public void Classify_DeepData_IsNoTrouble()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 300)) + "1" + new string('}', 300);
        var body = WireSamples.OllamaText.Replace("{\"city\":\"Paris\"}", deep, StringComparison.Ordinal);

        Assert.Empty(Show(Contract("ollama.chat").Classify(Encoding.UTF8.GetBytes(body))));
    }

    [Theory]
    [InlineData("openai.responses", null, "{\"type\":\"response.daydream\",\"a\":1}", "UnknownEvent $ \"response.daydream\"", "response.daydream")]
    [InlineData("anthropic.messages", "message_nap", "{\"a\":1}", "UnknownEvent $ \"message_nap\"", "message_nap")]
    [InlineData("anthropic.messages", "message_stop", "{\"type\":\"message_stop\",\"tea\":1}", "UnknownField $.tea number", "message_stop")]
    [InlineData("anthropic.messages", null, "{\"index\":1}", "MissingField $.type ", null)]
    [InlineData("anthropic.messages", null, "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"hum_delta\"}}", "UnknownValue $.delta.type \"hum_delta\"", "content_block_delta")]
    [InlineData("openai.responses", null, "{\"type\":\"response.output_text.delta\",\"item_id\":\"i\",\"output_index\":0,\"content_index\":0}", "MissingField $.delta ", "response.output_text.delta")]
    public void ClassifyEvent_NotAsKnown_NamesTheEvent(string api, string? name, string data, string expected, string? @event)
    {
        var reading = Contract(api).ClassifyEvent(name, Encoding.UTF8.GetBytes(data));

        Assert.Equal([expected], Show(reading));
        Assert.Equal(@event, Assert.Single(reading.Findings).Event);
    }

    [Fact]
    public void Samples_OfSecretsAndContent_ShowNeither()
    {
        var body = WireSamples.OllamaText.Replace(
            "\"done\":true",
            """
            "done":true,"key sk-abcdef":{"my secret words":"sk-abcdef0123456789","n":123456789},"sk-abc":1,"created":"5551234567890123"
            """,
            StringComparison.Ordinal);

        var reading = Contract("ollama.chat").Classify(Encoding.UTF8.GetBytes(body));

        Assert.Equal(["UnknownField $.? {?:string(19),n:number}", "UnknownField $.? number", "UnknownField $.created string(16)"], Show(reading));
    }

    internal static WireContract Contract(string api) => WireContractCatalog.Default.Find(api, "m")!;

    internal static string[] Show(ContractReading reading) =>
        [.. reading.Findings.Select(static finding => $"{finding.Kind} {finding.Path} {finding.Sample}")];

    private static string Change(string api, string what, string with)
    {
        var body = WireSamples.Bodies.First(sample => sample.Api == api).Body;
        Assert.Contains(what, body, StringComparison.Ordinal);
        var at = body.IndexOf(what, StringComparison.Ordinal);
        return body[..at] + with + body[(at + what.Length)..];
    }

    private static TheoryData<string, string> Data(IEnumerable<(string Api, string Body)> samples)
    {
        var data = new TheoryData<string, string>();
        foreach (var (api, body) in samples)
        {
            data.Add(api, body);
        }

        return data;
    }
}
