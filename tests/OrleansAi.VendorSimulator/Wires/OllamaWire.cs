using System.Text.Json.Nodes;
using OrleansAi.VendorSimulator.Validation;

namespace OrleansAi.VendorSimulator.Wires;

/// <summary>Ollama's own chat API: one JSON object a line.</summary>
internal sealed class OllamaWire : WireFormat
{
    public override Wire Wire => Wire.Ollama;

    public override string BasePath => "/ollama";

    public override string StreamType => "application/x-ndjson";

    public override (string Model, bool IsStream)? Match(string path, JsonObject body) =>
        path == "/api/chat" ? ((string?)body["model"] ?? "", (bool?)body["stream"] ?? true) : null;

    public override (string Model, IReadOnlyList<string> Inputs)? MatchEmbeddings(string path, JsonObject body) =>
        path == "/api/embed" ? ((string?)body["model"] ?? "", Texts(body["input"])) : null;

    public override JsonObject Embeddings(SimulatedCall call, Reply reply)
    {
        var answer = new JsonObject
        {
            ["model"] = reply.ServedModel ?? call.Model,
            ["embeddings"] = new JsonArray([.. Vectors(call, reply, call.Body["dimensions"])
                .Select(static vector => (JsonNode)new JsonArray([.. vector.Select(static number => (JsonNode)number)]))]),
            ["total_duration"] = 1_000_000,
            ["load_duration"] = 1_000,
        };
        if (!reply.OmitUsage)
        {
            answer["prompt_eval_count"] = Input(call, reply);
        }

        return answer;
    }

    public override string LastUserText(JsonObject body) => OpenAiRequests.LastUserText(body["messages"] as JsonArray);

    public override string? Refuse(SimulatedCall call) => OllamaRequests.Refuse(call);

    public override JsonObject Whole(SimulatedCall call, Reply reply)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = reply.Text.Length == 0 && reply.Refusal is not null ? reply.Refusal : reply.Text };
        if (reply.Reasoning is not null)
        {
            message["thinking"] = reply.Reasoning;
        }

        if (reply.ToolCalls.Count > 0)
        {
            message["tool_calls"] = Calls(reply);
        }

        return End(call, reply, message);
    }

    public override IEnumerable<Frame> Stream(SimulatedCall call, Reply reply)
    {
        if (reply.Reasoning is not null)
        {
            yield return Line(Base(call, reply, new JsonObject { ["role"] = "assistant", ["content"] = "", ["thinking"] = reply.Reasoning }));
        }

        foreach (var piece in reply.Text.Length == 0 && reply.Refusal is not null ? [reply.Refusal] : reply.Pieces())
        {
            yield return Line(Base(call, reply, new JsonObject { ["role"] = "assistant", ["content"] = piece })) with { IsPiece = true };
        }

        if (reply.ToolCalls.Count > 0)
        {
            yield return Line(Base(call, reply, new JsonObject { ["role"] = "assistant", ["content"] = "", ["tool_calls"] = Calls(reply) }));
        }

        yield return Line(End(call, reply, new JsonObject { ["role"] = "assistant", ["content"] = "" })) with { IsTerminal = true };
    }

    public override JsonNode Error(int status, string? code, string message) => new JsonObject { ["error"] = message };

    public override (int Status, JsonNode Body) ContextLength() => (400, Error(400, null, "input length exceeds the context length"));

    // Ollama has no filter of its own; a gateway before it answers so.
    public override (int Status, JsonNode Body) ContentFilter() => (400, Error(400, null, "content_filter: the request was refused by policy"));

    public override Frame ErrorFrame() => Line(Error(500, null, "an error was encountered while running the model"));

    public override IEnumerable<(string Name, string Value)> Headers(SimulatedCall call) => [];

    private static Frame Line(JsonNode json) => new(json.ToJsonString() + "\n");

    private static JsonArray Calls(Reply reply) => [.. reply.ToolCalls.Select(static one => (JsonNode)new JsonObject
    {
        ["function"] = new JsonObject { ["name"] = one.Name, ["arguments"] = JsonNode.Parse(one.Arguments.Length == 0 ? "{}" : one.Arguments) },
    })];

    private static JsonObject Base(SimulatedCall call, Reply reply, JsonObject message) => new()
    {
        ["model"] = reply.ServedModel ?? call.Model,
        ["created_at"] = "2026-09-21T12:00:00.0Z",
        ["message"] = message,
        ["done"] = false,
    };

    private static JsonObject End(SimulatedCall call, Reply reply, JsonObject message)
    {
        var end = Base(call, reply, message);
        end["done"] = true;
        end["done_reason"] = reply.Ending == StopKind.Length ? "length" : "stop";
        end["total_duration"] = 1_000_000;
        end["load_duration"] = 1_000;
        if (!reply.OmitUsage)
        {
            end["prompt_eval_count"] = Input(call, reply);
            end["prompt_eval_duration"] = 1_000;
            end["eval_count"] = Output(reply);
            end["eval_duration"] = 1_000;
        }

        return end;
    }
}
