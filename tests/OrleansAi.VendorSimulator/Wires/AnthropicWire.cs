using System.Text.Json.Nodes;
using OrleansAi.VendorSimulator.Validation;

namespace OrleansAi.VendorSimulator.Wires;

/// <summary>Anthropic's messages.</summary>
internal sealed class AnthropicWire : WireFormat
{
    public override Wire Wire => Wire.Anthropic;

    public override string BasePath => "/anthropic";

    public override (string Model, bool IsStream)? Match(string path, JsonObject body) =>
        path == "/v1/messages" ? ((string?)body["model"] ?? "", (bool?)body["stream"] ?? false) : null;

    public override string LastUserText(JsonObject body) => AnthropicRequests.LastUserText(body);

    public override string? Refuse(SimulatedCall call) => AnthropicRequests.Refuse(call);

    public override JsonObject Whole(SimulatedCall call, Reply reply)
    {
        var content = new JsonArray();
        if (reply.Reasoning is not null)
        {
            content.Add(new JsonObject { ["type"] = "thinking", ["thinking"] = reply.Reasoning, ["signature"] = Signature(call) });
        }

        if (reply.Text.Length > 0)
        {
            content.Add(new JsonObject { ["type"] = "text", ["text"] = reply.Text });
        }

        for (var i = 0; i < reply.ToolCalls.Count; i++)
        {
            content.Add(ToolUse(call, reply.ToolCalls[i], i, JsonNode.Parse(Json(reply.ToolCalls[i].Arguments))!));
        }

        var message = Message(call, reply, content, Usage(call, reply, Output(reply)));
        message["stop_reason"] = Stop(reply);
        AddDetails(message, reply);
        return message;
    }

    public override IEnumerable<Frame> Stream(SimulatedCall call, Reply reply)
    {
        // Some backends say the final numbers on message_delta alone.
        var first = Message(call, reply, [], reply.Quirk == 25 ? new JsonObject { ["input_tokens"] = 0, ["output_tokens"] = 0 } : Usage(call, reply, 1));
        yield return Typed("message_start", new JsonObject { ["message"] = first });
        yield return Typed("ping", []);
        var index = 0;
        if (reply.Reasoning is not null)
        {
            yield return Start(index, new JsonObject { ["type"] = "thinking", ["thinking"] = "", ["signature"] = "" });
            yield return Delta(index, new JsonObject { ["type"] = "thinking_delta", ["thinking"] = reply.Reasoning });
            yield return Delta(index, new JsonObject { ["type"] = "signature_delta", ["signature"] = Signature(call) });
            yield return Typed("content_block_stop", new JsonObject { ["index"] = index++ });
        }

        if (reply.Text.Length > 0)
        {
            yield return Start(index, new JsonObject { ["type"] = "text", ["text"] = "" });
            foreach (var piece in reply.Pieces())
            {
                yield return Delta(index, new JsonObject { ["type"] = "text_delta", ["text"] = piece }) with { IsPiece = true };
            }

            yield return Typed("content_block_stop", new JsonObject { ["index"] = index++ });
        }

        for (var i = 0; i < reply.ToolCalls.Count; i++)
        {
            var one = reply.ToolCalls[i];
            yield return Start(index, ToolUse(call, one, i, new JsonObject()));
            yield return Delta(index, new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = "" });
            foreach (var piece in reply.ArgumentPieces(reply.Quirk == 16 ? "" : one.Arguments))
            {
                yield return Delta(index, new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = piece });
            }

            yield return Typed("content_block_stop", new JsonObject { ["index"] = index++ });
        }

        var delta = new JsonObject { ["stop_reason"] = Stop(reply), ["stop_sequence"] = null };
        AddDetails(delta, reply);
        var end = new JsonObject { ["delta"] = delta };
        if (!reply.OmitUsage)
        {
            end["usage"] = reply.Quirk == 25 ? Usage(call, reply, Output(reply)) : new JsonObject { ["output_tokens"] = Output(reply) };
        }

        yield return Typed("message_delta", end) with { IsTerminal = true };
        yield return Typed("message_stop", []) with { IsTerminal = true };
    }

    public override JsonNode Error(int status, string? code, string message) => new JsonObject
    {
        ["type"] = "error",
        ["error"] = new JsonObject
        {
            ["type"] = code ?? status switch
            {
                400 => "invalid_request_error",
                401 => "authentication_error",
                403 => "permission_error",
                429 => "rate_limit_error",
                529 => "overloaded_error",
                503 => "overloaded_error",
                _ => "api_error",
            },
            ["message"] = message,
        },
        ["request_id"] = "req_simulated",
    };

    public override (int Status, JsonNode Body) ContextLength() =>
        (400, Error(400, null, "prompt is too long: 208310 tokens > 200000 maximum"));

    public override (int Status, JsonNode Body) ContentFilter() =>
        (400, Error(400, null, "Output blocked by content filtering policy"));

    public override Frame ErrorFrame() => Event("error", Error(529, null, "Overloaded"));

    public override IEnumerable<(string Name, string Value)> Headers(SimulatedCall call) =>
        [("request-id", $"req_{call.Number}"), ("anthropic-ratelimit-requests-remaining", "999"), ("anthropic-ratelimit-requests-reset", "2030-01-01T00:00:00Z")];

    private static string Json(string arguments) => arguments.Length == 0 ? "{}" : arguments;

    private static string Signature(SimulatedCall call) => $"sig+{call.Number}/==";

    private static JsonObject ToolUse(SimulatedCall call, SimulatedToolCall one, int index, JsonNode input) => new()
    {
        ["type"] = "tool_use",
        ["id"] = one.Id ?? $"toolu_{call.Number}_{index}",
        ["name"] = one.Name,
        ["input"] = input,
    };

    private static string Stop(Reply reply) => reply.Quirk == 21 && reply.Ending == StopKind.Length ? "model_context_window_exceeded" : reply.Ending switch
    {
        StopKind.Length => "max_tokens",
        StopKind.ToolCalls => "tool_use",
        StopKind.Refusal or StopKind.ContentFilter => "refusal",
        _ => "end_turn",
    };

    private static void AddDetails(JsonObject json, Reply reply)
    {
        if (reply.Ending is StopKind.Refusal or StopKind.ContentFilter)
        {
            json["stop_details"] = new JsonObject { ["type"] = "refusal", ["category"] = reply.Quirk == 21 ? "new_category" : "cyber", ["explanation"] = reply.Refusal };
        }
    }

    private static JsonObject? Usage(SimulatedCall call, Reply reply, int output) => reply.OmitUsage ? null : new JsonObject
    {
        ["input_tokens"] = Input(call, reply) - reply.CachedTokens,
        ["cache_creation_input_tokens"] = 0,
        ["cache_read_input_tokens"] = reply.CachedTokens,
        ["output_tokens"] = output,
    };

    private static JsonObject Message(SimulatedCall call, Reply reply, JsonArray content, JsonNode? usage)
    {
        var message = new JsonObject
        {
            ["id"] = $"msg_{call.Number}",
            ["type"] = "message",
            ["role"] = "assistant",
            ["model"] = reply.ServedModel ?? call.Model,
            ["content"] = content,
            ["stop_reason"] = null,
            ["stop_sequence"] = null,
        };
        if (usage is not null)
        {
            message["usage"] = usage;
        }

        return message;
    }

    private static Frame Start(int index, JsonObject block) => Typed("content_block_start", new JsonObject { ["index"] = index, ["content_block"] = block });

    private static Frame Delta(int index, JsonObject delta) => Typed("content_block_delta", new JsonObject { ["index"] = index, ["delta"] = delta });

    private static Frame Typed(string type, JsonObject json)
    {
        json.Insert(0, "type", type);
        return Event(type, json);
    }
}
