using System.Text.Json.Nodes;

namespace OrleansAi.Tests.EndToEnd.Malformed;

/// <summary>Malformed requests over every endpoint, the same for the same seed.</summary>
/// <param name="seed">The seed.</param>
/// <param name="conversation">A conversation that exists.</param>
/// <param name="run">A response that exists.</param>
/// <param name="store">A vector store that exists.</param>
internal sealed class MalformedCorpus(int seed, string conversation, string run, string store)
{
    private const string Response = """{"model":"default","input":"Say “straße”.","temperature":0.5,"metadata":{"k":"v"}}""";
    private const string Chat = """{"model":"default","messages":[{"role":"user","content":"Say “東京”."}],"temperature":0.5}""";
    private const string Items = """{"metadata":{"k":"v"},"items":[{"role":"user","content":"hello"}]}""";
    private const string Embeddings = """{"model":"default","input":["“straße”","東京"],"dimensions":64,"encoding_format":"base64"}""";
    private const string Fork = """{"from":1,"overrides":{"instructions":"Say “straße”.","temperature":0.5}}""";
    private const string Update = """{"metadata":{"k":"v — w"}}""";

    private static readonly (string, string)[] Sampling =
    [
        ("temperature", "number"), ("top_p", "number"), ("presence_penalty", "number"), ("frequency_penalty", "number"), ("stream", "flag"),
        ("store", "flag"), ("parallel_tool_calls", "flag"), ("user", "text"), ("safety_identifier", "text"), ("prompt_cache_key", "text"),
        ("model", "text"), ("metadata", "object"), ("service_tier", "text"), ("top_logprobs", "number"), ("stream_options", "object"),
    ];

    private static readonly (string, string)[] Ranges =
    [
        ("temperature", "-0.1"), ("temperature", "2.1"), ("top_p", "1.1"), ("top_p", "-1e-9"), ("presence_penalty", "2.01"), ("frequency_penalty", "-3"),
        ("model", $"\"{new string('m', 257)}\""), ("model", "\"no such model\""), ("model", "\"\\u0000\""), ("metadata", Pairs(17)),
        ("metadata", $"{{\"{new string('k', 65)}\":\"v\"}}"), ("metadata", $"{{\"k\":\"{new string('v', 513)}\"}}"), ("metadata", "{\"k\":1}"),
        ("metadata", "{\"k\":null}"), ("user", $"\"{new string('u', 600)}\""), ("service_tier", "\"none\""), ("tools", "7"), ("tools", "\"x\""),
        ("tools", $"[{string.Join(',', Enumerable.Repeat("{}", 200))}]"),
        ("tools", $"[{{\"type\":\"function\",\"name\":\"f\",\"parameters\":{{\"a\":\"{new string('x', 300_000)}\"}}}}]"),
        ("tool_choice", "\"sometimes\""), ("tool_choice", "7"), ("stream_options", "{\"nonsense\":true}"), ("stream_options", "{\"include_obfuscation\":7}"),
    ];

    public IEnumerable<MalformedRequest> Requests()
    {
        var bodies = new MalformedBodies(seed);
        return Bodies(bodies, "/v1/responses", Response, Sampling.Concat(
            [("instructions", "text"), ("background", "flag"), ("previous_response_id", "text"), ("max_output_tokens", "number"), ("truncation", "text"), ("max_tool_calls", "number")]),
            Ranges.Concat(ResponseValues()))
            .Concat(Bodies(bodies, "/v1/chat/completions", Chat, Sampling.Concat(
                [("messages", "object"), ("n", "number"), ("max_tokens", "number"), ("max_completion_tokens", "number"), ("logprobs", "flag"), ("response_format", "object")]),
                Ranges.Concat(ChatValues())))
            .Concat(Bodies(bodies, "/v1/conversations", Items, [("metadata", "object")], ConversationValues()))
            .Concat(Bodies(bodies, $"/v1/conversations/{conversation}", Update, [("metadata", "object")], [("metadata", "null"), ("metadata", Pairs(17))]))
            .Concat(Bodies(bodies, "/v1/responses/input_tokens", Response, Sampling, ResponseValues()))
            .Concat(Bodies(bodies, "/v1/responses/compact", """{"model":"default","input":"Say “straße”."}""", [("model", "text"), ("instructions", "text")], [("input", "7"), ("input", "[7]")]))
            .Concat(Bodies(bodies, $"/v1/conversations/{conversation}/items", """{"items":[{"role":"user","content":"hello"}]}""", [], ConversationValues()))
            .Concat(Bodies(bodies, "/v1/chat/completions/chatcmpl-none", Update, [("metadata", "object")], []))
            .Concat(Bodies(bodies, "/v1/embeddings", Embeddings, [("model", "text"), ("user", "text"), ("dimensions", "number"), ("encoding_format", "text")], EmbeddingValues()))
            .Concat(Bodies(bodies, $"/api/runs/{run}/fork", Fork, [("from", "number"), ("count", "number"), ("overrides", "object"), ("tools", "object")], ForkValues()))
            .Concat(MalformedVectorStores.Bodies(store).SelectMany(one => Bodies(bodies, one.Path, one.Valid, one.Fields, one.More)))
            .Concat(MalformedForms.Requests())
            .Concat(MalformedVectorStores.Queries(store))
            .Concat(new MalformedTransport(seed, conversation, run).Requests(Response));
    }

    /// <summary>Messages of a WebSocket that must each get an error.</summary>
    public IEnumerable<(string Name, byte[] Body)> Messages()
    {
        var bodies = new MalformedBodies(seed);
        var valid = JsonNode.Parse(Response)!.AsObject();
        valid["type"] = "response.create";
        return bodies.Broken(valid.ToJsonString()).Concat(bodies.Wrong(
            valid.ToJsonString(),
            [("type", "text"), ("stream_id", "text"), ("background", "flag"), ("stream", "flag"), ("generate", "flag"), ("instructions", "text"), ("orleansai:idempotency_key", "text"), .. Sampling],
            [
                ("type", "\"response.cancel\""), ("type", "null"), ("stream_id", "\"\""), ("stream_id", $"\"{new string('s', 65)}\""), ("stream", "false"),
                ("background", "true"), ("generate", "false"), ("orleansai:idempotency_key", "\"\\u0000\""),
                ("orleansai:idempotency_key", $"\"{new string('k', 256)}\""), .. Ranges, .. ResponseValues(),
            ])).Where(static body => IsMessage(body.Body));
    }

    private IEnumerable<MalformedRequest> Bodies(
        MalformedBodies bodies, string path, string valid, IEnumerable<(string, string)> fields, IEnumerable<(string, string)> more)
    {
        var label = path.Replace(conversation, "{id}", StringComparison.Ordinal).Replace(store, "{id}", StringComparison.Ordinal)
            .Replace(run, "{id}", StringComparison.Ordinal);
        return bodies.Broken(valid).Where(body => body.Body.Length > 0 || path is not ("/v1/conversations" or "/v1/vector_stores")).Concat(bodies.Wrong(valid, fields, more))
            .Select(body => MalformedRequest.Of($"POST {label} {body.Name}", "POST", path, body.Body));
    }

    private static IEnumerable<(string, string)> ResponseValues() =>
    [
        ("input", "null"), ("input", "7"), ("input", "true"), ("input", "{}"), ("input", "[]"), ("input", "[7]"), ("input", "[null]"), ("input", "[[]]"), ("input", "[{}]"),
        ("input", $"[{string.Join(',', Enumerable.Repeat("""{"role":"user","content":"x"}""", 1_001))}]"),
        ("input", """[{"role":"user"}]"""), ("input", """[{"role":7,"content":"x"}]"""), ("input", """[{"role":"nobody","content":"x"}]"""),
        ("input", """[{"role":"user","content":7}]"""), ("input", """[{"role":"user","content":[]}]"""), ("input", """[{"role":"user","content":[7]}]"""),
        ("input", """[{"role":"user","content":[{}]}]"""), ("input", """[{"role":"user","content":[{"type":"nothing"}]}]"""),
        ("input", """[{"role":"user","content":[{"type":"input_text"}]}]"""), ("input", """[{"role":"user","content":[{"type":"input_text","text":7}]}]"""),
        ("input", """[{"role":"user","content":"x","nonsense":1}]"""), ("input", """[{"type":"nonsense"}]"""),
        ("input", """[{"type":"function_call_output","call_id":7,"output":"x"}]"""), ("input", """[{"type":"function_call_output","output":"x"}]"""),
        ("input", """[{"type":"function_call","name":"f","arguments":{},"call_id":"c"}]"""), ("input", """[{"type":"function_call"}]"""),
        ("input", """[{"type":"reasoning","summary":7}]"""), ("input", """[{"type":"item_reference"}]"""), ("input", """[{"type":"item_reference","id":"\u0000"}]"""),
        ("input", """[{"role":"user","content":[{"type":"input_image","image_url":7}]}]"""), ("input", """[{"role":"user","content":[{"type":"input_image","image_url":"nonsense"}]}]"""),
        ("input", """[{"role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,%%%"}]}]"""),
        ("input", """[{"role":"user","content":[{"type":"input_file","file_data":"data:;base64,%%%"}]}]"""), ("input", """[{"role":"user","content":[{"type":"input_file"}]}]"""),
        ("input", """[{"role":"user","content":[{"type":"input_file","file_id":"file-none"}]}]"""), ("input", """[{"role":"user","content":[{"type":"input_image","file_id":"\u0000"}]}]"""),
        ("input", """[{"role":"user","content":[{"type":"input_file","file_id":"file-none","file_url":"https://a.example"}]}]"""), ("input", """[{"role":"user","content":[{"type":"input_file","file_id":7}]}]"""),
        ("tools", "[7]"), ("tools", "[{}]"), ("tools", """[{"type":"function"}]"""), ("tools", """[{"type":"function","name":"a b"}]"""), ("tools", """[{"type":"function","name":"f","parameters":7}]"""),
        ("tools", """[{"type":"nonsense"}]"""), ("tools", """[{"type":"function","name":"f"},{"type":"function","name":"f"}]"""),
        ("tool_choice", """{"type":"function","name":"nobody"}"""), ("tool_choice", "\"required\""), ("reasoning", """{"effort":"most"}"""), ("include", """["file_search_call.nonsense"]"""),
        ("input", $"\"{new string('x', 11_000_000)}\""), ("max_output_tokens", "15"), ("max_output_tokens", "1.5"), ("max_output_tokens", "2147483648"),
        ("max_output_tokens", "1e20"), ("previous_response_id", "\"resp_none\""), ("previous_response_id", "\"\""), ("previous_response_id", "\"../../x\""),
        ("previous_response_id", $"\"resp_{new string('0', 26)}\\u0000\""), ("previous_response_id", $"\"{new string('r', 129)}\""),
        ("conversation", "7"), ("conversation", "[]"), ("conversation", "{}"), ("conversation", "\"\""), ("conversation", "\"conv_\\u0000\""), ("conversation", "{\"id\":7}"),
        ("conversation", "\"conv_' or 1=1 --\""), ("conversation", $"\"conv_{new string('0', 100)}\""), ("conversation", "\"resp_00000000000000000000000000\""),
        ("include", "7"), ("include", "[7]"), ("include", "[\"nonsense\"]"), ("text", "7"), ("text", "{\"format\":7}"), ("text", "{\"format\":{\"type\":\"nonsense\"}}"),
        ("text", $"{{\"format\":{{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{{\"a\":\"{new string('x', 300_000)}\"}}}}}}"),
        ("truncation", "\"some\""), ("prompt", "7"), ("reasoning", "7"), ("messages", "[]"),
    ];

    private static IEnumerable<(string, string)> ChatValues() =>
    [
        ("messages", "null"), ("messages", "\"x\""), ("messages", "[7]"), ("messages", "[{}]"), ("messages", """[{"role":"user"}]"""),
        ("messages", """[{"role":"nobody","content":"x"}]"""), ("messages", """[{"role":"user","content":{}}]"""),
        ("messages", """[{"role":"user","content":[{"type":"text","text":[]}]}]"""), ("n", "-1"), ("n", "1000"), ("n", "0"), ("max_tokens", "0"), ("stop", "7"),
        ("logit_bias", "7"), ("functions", "7"), ("response_format", "{\"type\":\"nonsense\"}"), ("input", "\"x\""),
    ];

    private static IEnumerable<(string, string)> EmbeddingValues() =>
    [
        ("input", "null"), ("input", "7"), ("input", "true"), ("input", "{}"), ("input", "[]"), ("input", "\"\""), ("input", "[\"\"]"), ("input", "[[]]"), ("input", "[null]"),
        ("input", "[{}]"), ("input", "[true]"), ("input", "[\"x\",7]"), ("input", "[7,\"x\"]"), ("input", "[1.5]"), ("input", "[-1]"), ("input", "[[-1]]"), ("input", "[100256]"),
        ("input", "[2147483648]"), ("input", "[1e3,1]"), ("input", "[[1,[2]]]"), ("input", "[[\"x\"]]"), ("input", $"\"{new string('x', 65_537)}\""),
        ("input", $"[{string.Join(',', Enumerable.Repeat("\"x\"", 2_049))}]"), ("input", $"[{string.Join(',', Enumerable.Repeat("7", 8_193))}]"),
        ("input", $"[[{string.Join(',', Enumerable.Repeat("7", 8_193))}]]"), ("dimensions", "0"), ("dimensions", "63"), ("dimensions", "2049"), ("dimensions", "8193"),
        ("dimensions", "64.5"), ("encoding_format", "\"int8\""), ("encoding_format", "\"BASE64\""), ("model", "\"no such model\""), ("model", $"\"{new string('m', 257)}\""),
        ("user", $"\"{new string('u', 65)}\""), ("messages", "[]"), ("stream", "true"), ("metadata", "{}"), ("input_type", "\"query\""), ("truncate", "true"),
    ];

    private static IEnumerable<(string, string)> ForkValues() =>
    [
        ("from", "-1"), ("from", "65"), ("from", "4"), ("from", "1.5"), ("from", "2"), ("count", "0"), ("count", "17"), ("count", "1e9"),
        ("overrides", "{\"nonsense\":1}"), ("overrides", "{\"prompt\":\"p\"}"), ("overrides", "{\"temperature\":3}"), ("overrides", "{\"outputs\":[]}"),
        ("overrides", "{\"outputs\":{\"x\":{}}}"), ("overrides", "{\"outputs\":{\"2\":7}}"), ("overrides", "{\"outputs\":{\"2\":{\"tool_calls\":[{}]}}}"),
        ("overrides", "{\"outputs\":{\"1\":{\"text\":\"x\"}}}"), ("overrides", "{\"model\":\"no such model\"}"), ("overrides", "{\"reasoning_effort\":\"most\"}"),
        ("overrides", "{\"collectionVersion\":0}"), ("overrides", "{\"collectionVersion\":1.5}"), ("overrides", "{\"collectionVersion\":{}}"), ("overrides", "{\"collectionVersion\":{\"vs_x\":\"1\"}}"),
        ("overrides", "{\"collectionVersion\":[1]}"), ("overrides", "{\"memory\":false}"),
        ("tools", "{\"default\":\"some\"}"), ("tools", "{\"outputs\":[7]}"), ("tools", "{\"outputs\":[{\"name\":\"f\"}]}"), ("tools", "{\"nonsense\":1}"),
    ];

    private static IEnumerable<(string, string)> ConversationValues() =>
    [
        ("items", "7"), ("items", "{}"), ("items", "[7]"), ("items", "[{}]"), ("items", """[{"role":"user","content":null}]"""),
        ("items", $"[{string.Join(',', Enumerable.Repeat("""{"role":"user","content":"x"}""", 21))}]"), ("metadata", Pairs(17)), ("id", "\"conv_mine\""),
    ];

    private static string Pairs(int count) => $"{{{string.Join(',', Enumerable.Range(0, count).Select(static i => $"\"k{i}\":\"v\""))}}}";

    // What is no UTF-8 cannot be a text message at all: the protocol below ends the connection. Very large messages would
    // stay in the pools of the client, which is in the measured process.
    private static bool IsMessage(byte[] body) => body.Length < 1 << 20 && System.Text.Unicode.Utf8.IsValid(body);
}
