using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using OrleansAi.VendorSimulator.Validation;

namespace OrleansAi.VendorSimulator.Wires;

/// <summary>OpenAI's chat completions.</summary>
internal class OpenAiChatWire : WireFormat
{
    public override Wire Wire => Wire.OpenAiChat;

    public override string BasePath => "/openai/v1";

    public override (string Model, bool IsStream)? Match(string path, JsonObject body) =>
        path == "/chat/completions" ? ((string?)body["model"] ?? "", (bool?)body["stream"] ?? false) : null;

    public override (string Model, IReadOnlyList<string> Inputs)? MatchEmbeddings(string path, JsonObject body) =>
        path == "/embeddings" ? ((string?)body["model"] ?? "", Texts(body["input"])) : null;

    public override string? RefuseEmbeddings(SimulatedCall call) => EmbeddingRequests.RefuseOpenAi(call);

    public override JsonObject Embeddings(SimulatedCall call, Reply reply)
    {
        var isBase64 = (string?)call.Body["encoding_format"] == "base64" && !reply.IgnoresEncoding;
        var data = Vectors(call, reply, call.Body["dimensions"]).Select((vector, i) => (JsonNode)new JsonObject
        {
            ["object"] = "embedding",
            ["index"] = i,
            ["embedding"] = isBase64
                ? Convert.ToBase64String(MemoryMarshal.AsBytes(vector.AsSpan()))
                : new JsonArray([.. vector.Select(static number => (JsonNode)number)]),
        });
        var answer = new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. reply.ReversesVectors ? data.Reverse() : data]),
            ["model"] = reply.ServedModel ?? call.Model,
        };
        if (!reply.OmitUsage)
        {
            answer["usage"] = new JsonObject { ["prompt_tokens"] = Input(call, reply), ["total_tokens"] = Input(call, reply) };
        }

        return answer;
    }

    public override string LastUserText(JsonObject body) => OpenAiRequests.LastUserText(body["messages"] as JsonArray);

    public override string? Refuse(SimulatedCall call) => OpenAiRequests.Refuse(call);

    public override JsonObject Whole(SimulatedCall call, Reply reply)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = Content(reply), ["refusal"] = reply.Refusal };
        if (reply.Reasoning is not null)
        {
            message["reasoning_content"] = reply.Reasoning;
        }

        if (reply.ToolCalls.Count > 0)
        {
            message["tool_calls"] = new JsonArray([.. reply.ToolCalls.Select((one, i) => (JsonNode)new JsonObject
            {
                ["id"] = one.Id ?? CallId(call, i),
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = one.Name, ["arguments"] = one.Arguments },
            })]);
        }

        return Base(call, reply, "chat.completion", new JsonArray(Choice("message", message, Finish(reply))), Usage(call, reply));
    }

    public override IEnumerable<Frame> Stream(SimulatedCall call, Reply reply)
    {
        if (reply.Quirk == 23)
        {
            yield return new Frame(": OPENROUTER PROCESSING\n\n");
        }

        foreach (var frame in Opening(call, reply))
        {
            yield return frame;
        }

        yield return Chunk(call, reply, new JsonObject { ["role"] = "assistant", ["content"] = "" }, null);
        if (reply.Reasoning is not null)
        {
            yield return Chunk(call, reply, new JsonObject { ["reasoning_content"] = reply.Reasoning }, null);
        }

        foreach (var piece in reply.Pieces())
        {
            yield return Chunk(call, reply, new JsonObject { ["content"] = piece }, reply.Quirk == 24 ? "" : null) with { IsPiece = true };
        }

        if (reply.Refusal is not null)
        {
            yield return Chunk(call, reply, new JsonObject { ["refusal"] = reply.Refusal }, null);
        }

        for (var i = 0; i < reply.ToolCalls.Count; i++)
        {
            var one = reply.ToolCalls[i];
            var index = reply.Quirk == 26 ? i + 1 : i;
            yield return Chunk(call, reply, ToolDelta(index, new JsonObject { ["name"] = one.Name, ["arguments"] = "" }, one.Id ?? CallId(call, i)), null);
            foreach (var piece in reply.ArgumentPieces(one.Arguments))
            {
                yield return Chunk(call, reply, ToolDelta(index, new JsonObject { ["arguments"] = piece }, null), null);
            }
        }

        yield return Chunk(call, reply, [], Finish(reply));
        if (Usage(call, reply) is { } usage && call.Body["stream_options"]?["include_usage"]?.GetValue<bool>() == true)
        {
            yield return Data(Base(call, reply, "chat.completion.chunk", [], usage));
        }

        yield return new Frame("data: [DONE]\n\n", IsTerminal: true);
    }

    public override JsonNode Error(int status, string? code, string message) => new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["message"] = message,
            ["type"] = status == 429 ? "requests" : status >= 500 ? "server_error" : "invalid_request_error",
            ["param"] = null,
            ["code"] = code ?? (status == 429 ? "rate_limit_exceeded" : status == 401 ? "invalid_api_key" : null),
        },
    };

    public override (int Status, JsonNode Body) ContextLength() =>
        (400, Error(400, "context_length_exceeded", "This model's maximum context length is 128000 tokens."));

    public override (int Status, JsonNode Body) ContentFilter() =>
        (400, Error(400, "content_policy_violation", "Your request was rejected as a result of our safety system."));

    public override IEnumerable<(string Name, string Value)> Headers(SimulatedCall call) =>
    [
        ("x-request-id", $"req_{call.Number}"),
        ("openai-version", "2020-10-01"),
        ("x-ratelimit-limit-requests", "10000"),
        ("x-ratelimit-remaining-requests", "9999"),
        ("x-ratelimit-reset-requests", "6ms"),
    ];

    protected virtual IEnumerable<Frame> Opening(SimulatedCall call, Reply reply) =>
        reply.Quirk == 7 ? [Data(Base(call, reply, "chat.completion.chunk", [], null))] : [];

    protected virtual JsonObject Base(SimulatedCall call, Reply reply, string type, JsonArray choices, JsonNode? usage)
    {
        var json = new JsonObject
        {
            ["id"] = $"chatcmpl-{call.Number}",
            ["object"] = type,
            ["created"] = 1_790_000_000,
            ["model"] = reply.ServedModel ?? call.Model,
            ["system_fingerprint"] = "fp_simulated",
            ["choices"] = choices,
        };
        if (usage is not null)
        {
            json["usage"] = usage;
        }

        return json;
    }

    protected virtual JsonObject Choice(string name, JsonObject content, string? finish) => new()
    {
        ["index"] = 0,
        [name] = content,
        ["finish_reason"] = finish,
    };

    private static JsonNode? Content(Reply reply) => reply.ToolCalls.Count > 0 && reply.Text.Length == 0 || reply.Refusal is not null ? null : reply.Text;

    private static string? Finish(Reply reply) => reply.Quirk is 20 or 9 && reply.ToolCalls.Count > 0 ? "stop" : reply.Ending switch
    {
        StopKind.Length => "length",
        StopKind.ContentFilter => "content_filter",
        StopKind.ToolCalls => "tool_calls",
        _ => "stop",
    };

    private static string CallId(SimulatedCall call, int index) => $"call_{call.Number}_{index}";

    private static JsonObject ToolDelta(int index, JsonObject function, string? id)
    {
        var one = new JsonObject { ["index"] = index, ["function"] = function };
        if (id is not null)
        {
            one["id"] = id;
            one["type"] = "function";
        }

        return new JsonObject { ["tool_calls"] = new JsonArray(one) };
    }

    private static JsonObject? Usage(SimulatedCall call, Reply reply) => reply.OmitUsage || reply.Quirk == 23 && reply.Text.Length == 0 ? null : new JsonObject
    {
        ["prompt_tokens"] = Input(call, reply),
        ["completion_tokens"] = Output(reply),
        ["total_tokens"] = Input(call, reply) + Output(reply),
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = reply.CachedTokens },
        ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = reply.ReasoningTokens },
    };

    private Frame Chunk(SimulatedCall call, Reply reply, JsonObject delta, string? finish) =>
        Data(Base(call, reply, "chat.completion.chunk", new JsonArray(Choice("delta", delta, finish)), null));
}
