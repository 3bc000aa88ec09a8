using System.Text.Json.Nodes;
using OrleansAi.VendorSimulator.Validation;

namespace OrleansAi.VendorSimulator.Wires;

/// <summary>Google's native generateContent.</summary>
internal sealed class GeminiWire : WireFormat
{
    private const string Models = "/models/";

    public override Wire Wire => Wire.Gemini;

    public override string BasePath => "/gemini/v1beta";

    public override (string Model, bool IsStream)? Match(string path, JsonObject body)
    {
        if (!path.StartsWith(Models, StringComparison.Ordinal))
        {
            return null;
        }

        return path[Models.Length..].Split(':') switch
        {
            [var model, "generateContent"] => (model, false),
            [var model, "streamGenerateContent"] => (model, true),
            _ => null,
        };
    }

    public override (string Model, IReadOnlyList<string> Inputs)? MatchEmbeddings(string path, JsonObject body) =>
        path.StartsWith(Models, StringComparison.Ordinal) && path[Models.Length..].Split(':') is [var model, "batchEmbedContents"]
            ? (model, EmbeddingRequests.GeminiTexts(body))
            : null;

    public override string? RefuseEmbeddings(SimulatedCall call) => EmbeddingRequests.RefuseGemini(call);

    // Vectors that are shorter than the model's own have not the length 1.
    public override JsonObject Embeddings(SimulatedCall call, Reply reply)
    {
        var wanted = call.Body["requests"]?[0]?["outputDimensionality"];
        var answer = new JsonObject
        {
            ["embeddings"] = new JsonArray([.. Vectors(call, reply, wanted).Select(vector => (JsonNode)new JsonObject
            {
                ["values"] = new JsonArray([.. vector.Select(number => (JsonNode)(wanted is null ? number : number * 2))]),
            })]),
        };
        if (!reply.OmitUsage)
        {
            answer["usageMetadata"] = new JsonObject { ["promptTokenCount"] = Input(call, reply) };
        }

        return answer;
    }

    public override string LastUserText(JsonObject body) => GeminiRequests.LastUserText(body);

    public override string? Refuse(SimulatedCall call) => GeminiRequests.Refuse(call);

    public override JsonObject Whole(SimulatedCall call, Reply reply)
    {
        var parts = new JsonArray();
        foreach (var part in Before(reply))
        {
            parts.Add(part);
        }

        if (reply.Text.Length > 0)
        {
            parts.Add(new JsonObject { ["text"] = reply.Text });
        }

        foreach (var part in Calls(call, reply))
        {
            parts.Add(part);
        }

        return Piece(call, reply, reply.Quirk == 10 ? null : parts, isLast: true);
    }

    public override IEnumerable<Frame> Stream(SimulatedCall call, Reply reply)
    {
        foreach (var part in Before(reply))
        {
            yield return Data(Piece(call, reply, new JsonArray(part), isLast: false));
        }

        foreach (var piece in reply.Pieces())
        {
            yield return Data(Piece(call, reply, new JsonArray(new JsonObject { ["text"] = piece }), isLast: false), isPiece: true);
        }

        var calls = new JsonArray([.. Calls(call, reply)]);
        yield return Data(
            Piece(call, reply, reply.Quirk == 10 ? null : calls.Count > 0 ? calls : new JsonArray(new JsonObject { ["text"] = "" }), isLast: true),
            isTerminal: true);
    }

    public override JsonNode Error(int status, string? code, string message) => new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["code"] = status,
            ["message"] = message,
            ["status"] = code ?? status switch
            {
                400 => "INVALID_ARGUMENT",
                401 => "UNAUTHENTICATED",
                403 => "PERMISSION_DENIED",
                429 => "RESOURCE_EXHAUSTED",
                503 => "UNAVAILABLE",
                _ => "INTERNAL",
            },
        },
    };

    public override (int Status, JsonNode Body) ContextLength() =>
        (400, Error(400, null, "The input token count (1500000) exceeds the maximum number of tokens allowed (1048576)."));

    // Gemini refuses a prompt with status 200 and no candidate.
    public override (int Status, JsonNode Body) ContentFilter() => (200, new JsonObject
    {
        ["promptFeedback"] = new JsonObject { ["blockReason"] = "PROHIBITED_CONTENT" },
        ["usageMetadata"] = new JsonObject { ["promptTokenCount"] = 10, ["totalTokenCount"] = 10 },
        ["modelVersion"] = "simulated",
    });

    public override IEnumerable<(string Name, string Value)> Headers(SimulatedCall call) => [("server-timing", "gfet4t7; dur=100")];

    private static IEnumerable<JsonNode> Before(Reply reply) =>
        reply.Reasoning is null ? [] : [new JsonObject { ["text"] = reply.Reasoning, ["thought"] = true }];

    private static IEnumerable<JsonNode> Calls(SimulatedCall call, Reply reply) => reply.ToolCalls.Select((one, i) =>
    {
        var function = new JsonObject { ["name"] = one.Name };
        if (one.Arguments.Length > 0)
        {
            function["args"] = JsonNode.Parse(one.Arguments);
        }

        var part = new JsonObject { ["functionCall"] = function };
        if (i == 0)
        {
            // Gemini signs the first of parallel calls.
            part["thoughtSignature"] = $"Ci+{call.Number}/==";
        }

        return (JsonNode)part;
    });

    private static JsonObject Piece(SimulatedCall call, Reply reply, JsonArray? parts, bool isLast)
    {
        var content = new JsonObject { ["role"] = "model" };
        if (parts is not null)
        {
            content.Insert(0, "parts", parts);
        }

        var candidate = new JsonObject { ["content"] = content, ["index"] = 0 };
        if (isLast)
        {
            candidate["finishReason"] = (reply.Quirk, reply.Ending) switch
            {
                (10, _) when reply.ToolCalls.Count > 0 => "MALFORMED_FUNCTION_CALL",
                (22, _) => "TOO_MANY_TOOL_CALLS",
                (_, StopKind.Length) => "MAX_TOKENS",
                (_, StopKind.ContentFilter or StopKind.Refusal) => "SAFETY",
                _ => "STOP",
            };
        }

        var piece = new JsonObject
        {
            ["candidates"] = new JsonArray(candidate),
            ["modelVersion"] = reply.ServedModel ?? call.Model,
            ["responseId"] = $"resp{call.Number}",
        };
        if (!reply.OmitUsage)
        {
            piece["usageMetadata"] = new JsonObject
            {
                ["promptTokenCount"] = Input(call, reply),
                ["candidatesTokenCount"] = Output(reply) - reply.ReasoningTokens,
                ["thoughtsTokenCount"] = reply.ReasoningTokens,
                ["cachedContentTokenCount"] = reply.CachedTokens,
                ["totalTokenCount"] = Input(call, reply) + Output(reply),
            };
        }

        return piece;
    }
}
