using System.Text.Json.Nodes;
using OrleansAi.VendorSimulator.Validation;

namespace OrleansAi.VendorSimulator.Wires;

/// <summary>OpenAI's Responses API.</summary>
internal sealed class OpenAiResponsesWire : WireFormat
{
    private static readonly OpenAiChatWire Chat = new();

    public override Wire Wire => Wire.OpenAiResponses;

    public override string BasePath => "/openai/v1";

    public override (string Model, bool IsStream)? Match(string path, JsonObject body) =>
        path == "/responses" ? ((string?)body["model"] ?? "", (bool?)body["stream"] ?? false) : null;

    public override string LastUserText(JsonObject body) => ResponsesRequests.LastUserText(body);

    public override string? Refuse(SimulatedCall call) => ResponsesRequests.Refuse(call);

    public override JsonNode Error(int status, string? code, string message) => Chat.Error(status, code, message);

    public override (int Status, JsonNode Body) ContextLength() => Chat.ContextLength();

    public override (int Status, JsonNode Body) ContentFilter() => Chat.ContentFilter();

    public override IEnumerable<(string Name, string Value)> Headers(SimulatedCall call) => Chat.Headers(call);

    public override Frame ErrorFrame() => Event("error", new JsonObject
    {
        ["type"] = "error",
        ["code"] = "server_error",
        ["message"] = "The server had an error while processing the request.",
        ["param"] = null,
        ["sequence_number"] = 99,
    });

    public override JsonObject Whole(SimulatedCall call, Reply reply)
    {
        var status = reply.Ending is StopKind.Length or StopKind.ContentFilter ? "incomplete" : "completed";
        var response = Response(call, reply, status, new JsonArray([.. Items(call, reply).Select(static item => (JsonNode)item)]));
        if (status == "incomplete")
        {
            response["incomplete_details"] = new JsonObject { ["reason"] = reply.Ending == StopKind.Length ? "max_output_tokens" : "content_filter" };
        }

        if (!reply.OmitUsage)
        {
            response["usage"] = new JsonObject
            {
                ["input_tokens"] = Input(call, reply),
                ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = reply.CachedTokens },
                ["output_tokens"] = Output(reply),
                ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = reply.ReasoningTokens },
                ["total_tokens"] = Input(call, reply) + Output(reply),
            };
        }

        return response;
    }

    public override IEnumerable<Frame> Stream(SimulatedCall call, Reply reply)
    {
        var number = 0;
        yield return Typed("response.created", new JsonObject { ["response"] = Response(call, reply, "in_progress", []) });
        yield return Typed("response.in_progress", new JsonObject { ["response"] = Response(call, reply, "in_progress", []) });
        var index = 0;
        foreach (var item in Items(call, reply))
        {
            var id = (string)item["id"]!;
            var begun = (JsonObject)item.DeepClone();
            begun["status"] = "in_progress";
            switch ((string?)item["type"])
            {
                case "message":
                    begun["content"] = new JsonArray();
                    yield return Typed("response.output_item.added", new JsonObject { ["output_index"] = index, ["item"] = begun });
                    var part = item["content"]![0]!;
                    var isRefusal = (string?)part["type"] == "refusal";
                    yield return Typed("response.content_part.added", Part(id, index, isRefusal
                        ? new JsonObject { ["type"] = "refusal", ["refusal"] = "" }
                        : new JsonObject { ["type"] = "output_text", ["text"] = "", ["annotations"] = new JsonArray() }));
                    foreach (var piece in isRefusal ? [reply.Refusal!] : reply.Pieces((string)part["text"]!))
                    {
                        yield return Typed(isRefusal ? "response.refusal.delta" : "response.output_text.delta", new JsonObject
                        {
                            ["item_id"] = id,
                            ["output_index"] = index,
                            ["content_index"] = 0,
                            ["delta"] = piece,
                        }) with { IsPiece = !isRefusal };
                    }

                    yield return Typed(isRefusal ? "response.refusal.done" : "response.output_text.done", new JsonObject
                    {
                        ["item_id"] = id,
                        ["output_index"] = index,
                        ["content_index"] = 0,
                        [isRefusal ? "refusal" : "text"] = (string?)part[isRefusal ? "refusal" : "text"],
                    });
                    foreach (var annotation in part["annotations"] as JsonArray ?? [])
                    {
                        yield return Typed("response.output_text.annotation.added", new JsonObject
                        {
                            ["item_id"] = id,
                            ["output_index"] = index,
                            ["content_index"] = 0,
                            ["annotation_index"] = 0,
                            ["annotation"] = annotation!.DeepClone(),
                        });
                    }

                    yield return Typed("response.content_part.done", Part(id, index, part.DeepClone()));
                    break;
                case "function_call":
                    begun["arguments"] = "";
                    yield return Typed("response.output_item.added", new JsonObject { ["output_index"] = index, ["item"] = begun });
                    foreach (var piece in reply.ArgumentPieces((string)item["arguments"]!))
                    {
                        yield return Typed("response.function_call_arguments.delta", new JsonObject { ["item_id"] = id, ["output_index"] = index, ["delta"] = piece });
                    }

                    yield return Typed("response.function_call_arguments.done", new JsonObject
                    {
                        ["item_id"] = id,
                        ["output_index"] = index,
                        ["name"] = (string?)item["name"],
                        ["arguments"] = (string?)item["arguments"],
                    });
                    break;
                default:
                    yield return Typed("response.output_item.added", new JsonObject { ["output_index"] = index, ["item"] = begun });
                    yield return Typed("response.reasoning_summary_text.delta", new JsonObject
                    {
                        ["item_id"] = id,
                        ["output_index"] = index,
                        ["summary_index"] = 0,
                        ["delta"] = reply.Reasoning,
                    });
                    break;
            }

            yield return Typed("response.output_item.done", new JsonObject { ["output_index"] = index++, ["item"] = item.DeepClone() });
        }

        var whole = Whole(call, reply);
        yield return Typed((string?)whole["status"] == "completed" ? "response.completed" : "response.incomplete", new JsonObject { ["response"] = whole })
            with { IsTerminal = true };

        Frame Typed(string type, JsonObject json)
        {
            json.Insert(0, "type", type);
            json.Insert(1, "sequence_number", number++);
            return Event(type, json);
        }
    }

    private static JsonObject Part(string id, int index, JsonNode part) => new()
    {
        ["item_id"] = id,
        ["output_index"] = index,
        ["content_index"] = 0,
        ["part"] = part,
    };

    private static IEnumerable<JsonObject> Items(SimulatedCall call, Reply reply)
    {
        if (reply.Reasoning is not null)
        {
            var reasoning = new JsonObject
            {
                ["id"] = $"rs_{call.Number}",
                ["type"] = "reasoning",
                ["summary"] = new JsonArray(new JsonObject { ["type"] = "summary_text", ["text"] = reply.Reasoning }),
            };
            if (call.Body["include"] is JsonArray include && include.Any(static one => (string?)one == "reasoning.encrypted_content"))
            {
                reasoning["encrypted_content"] = $"gAAAA+{call.Number}/==";
            }

            yield return reasoning;
        }

        IReadOnlyList<SimulatedMessage> messages = reply.Messages.Count > 0 ? reply.Messages
            : reply.Text.Length > 0 || reply.Refusal is not null ? [new SimulatedMessage(reply.Text)] : [];
        var written = 0;
        for (var i = 0; i <= reply.ToolCalls.Count; i++)
        {
            for (; written < messages.Count && (messages[written].CallsBefore <= i || i == reply.ToolCalls.Count); written++)
            {
                yield return Message(call, reply, messages[written], written);
            }

            if (i == reply.ToolCalls.Count)
            {
                yield break;
            }

            yield return new JsonObject
            {
                ["id"] = $"fc_{call.Number}_{i}",
                ["type"] = "function_call",
                ["status"] = "completed",
                ["call_id"] = reply.ToolCalls[i].Id ?? $"call_{call.Number}_{i}",
                ["name"] = reply.ToolCalls[i].Name,
                ["arguments"] = reply.ToolCalls[i].Arguments,
            };
        }
    }

    private static JsonObject Message(SimulatedCall call, Reply reply, SimulatedMessage message, int place)
    {
        var annotations = message.Source is null ? new JsonArray() : new JsonArray(new JsonObject
        {
            ["type"] = "url_citation",
            ["url"] = message.Source,
            ["start_index"] = 0,
            ["end_index"] = message.Text.Length,
            ["title"] = "The source",
        });
        var item = new JsonObject
        {
            ["id"] = place == 0 ? $"msg_{call.Number}" : $"msg_{call.Number}_{place}",
            ["type"] = "message",
            ["status"] = reply.Ending is StopKind.Length or StopKind.ContentFilter ? "incomplete" : "completed",
            ["role"] = "assistant",
            ["content"] = new JsonArray(reply.Refusal is not null
                ? new JsonObject { ["type"] = "refusal", ["refusal"] = reply.Refusal }
                : new JsonObject { ["type"] = "output_text", ["text"] = message.Text, ["annotations"] = annotations }),
        };
        if (message.Phase is not null)
        {
            item["phase"] = message.Phase;
        }

        return item;
    }

    private static JsonObject Response(SimulatedCall call, Reply reply, string status, JsonArray output) => new()
    {
        ["id"] = $"resp_{call.Number}",
        ["object"] = "response",
        ["created_at"] = 1_790_000_000,
        ["status"] = status,
        ["error"] = null,
        ["incomplete_details"] = null,
        ["instructions"] = null,
        ["metadata"] = new JsonObject(),
        ["model"] = reply.ServedModel ?? call.Model,
        ["output"] = output,
        ["parallel_tool_calls"] = true,
        ["temperature"] = 1.0,
        ["tool_choice"] = "auto",
        ["tools"] = new JsonArray(),
        ["top_p"] = 1.0,
    };
}
