using System.Text.Json.Nodes;

namespace OrleansAi.VendorSimulator.Wires;

/// <summary>Chat completions as Azure answers them: deployments in the path, the filter's verdicts in the answers.</summary>
internal sealed class AzureWire : OpenAiChatWire
{
    public override Wire Wire => Wire.AzureOpenAi;

    public override string BasePath => "/azure";

    public override (string Model, bool IsStream)? Match(string path, JsonObject body)
    {
        var isStream = (bool?)body["stream"] ?? false;
        if (path == "/openai/v1/chat/completions")
        {
            return ((string?)body["model"] ?? "", isStream);
        }

        return path.Split('/') is ["", "openai", "deployments", var deployment, "chat", "completions"] ? (deployment, isStream) : null;
    }

    public override (string Model, IReadOnlyList<string> Inputs)? MatchEmbeddings(string path, JsonObject body) =>
        path == "/openai/v1/embeddings" ? base.MatchEmbeddings("/embeddings", body)
        : path.Split('/') is ["", "openai", "deployments", var deployment, "embeddings"] ? (deployment, Texts(body["input"]))
        : null;

    public override (int Status, JsonNode Body) ContentFilter()
    {
        var body = Error(400, "content_filter", "The response was filtered due to the prompt triggering the content management policy.");
        body["error"]!["innererror"] = new JsonObject
        {
            ["code"] = "ResponsibleAIPolicyViolation",
            ["content_filter_result"] = new JsonObject { ["hate"] = Safe() },
        };
        return (400, body);
    }

    public override IEnumerable<(string Name, string Value)> Headers(SimulatedCall call) =>
        [("x-request-id", $"req_{call.Number}"), ("x-ms-region", "Sweden Central"), ("apim-request-id", $"apim_{call.Number}")];

    // Azure's first piece of every stream has no choices, only the verdict on the prompt.
    protected override IEnumerable<Frame> Opening(SimulatedCall call, Reply reply)
    {
        var first = Base(call, reply, "chat.completion.chunk", [], null);
        first["prompt_filter_results"] = new JsonArray(new JsonObject { ["prompt_index"] = 0, ["content_filter_results"] = new JsonObject { ["hate"] = Safe() } });
        return [Data(first)];
    }

    protected override JsonObject Choice(string name, JsonObject content, string? finish)
    {
        var choice = base.Choice(name, content, finish);
        choice["content_filter_results"] = new JsonObject { ["hate"] = Safe() };
        return choice;
    }

    private static JsonObject Safe() => new() { ["filtered"] = false, ["severity"] = "safe" };
}
