using System.Globalization;
using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.Runs;

/// <summary>Reads the body of <c>POST /api/runs/{id}/fork</c>.</summary>
internal static class ForkFields
{
    private const int MostSteps = 64;
    private const int MostOutputs = 128;
    private const int MostCollections = 8;

    public static ForkRequest Read(JsonFields fields, HttpOptions options)
    {
        var fork = new ForkRequest
        {
            From = fields.Integer("from", 0, MostSteps) ?? 1,
            Count = fields.Integer("count", 1, options.MaxForks) ?? 1,
        };
        if (fields.Object("overrides") is { } overrides)
        {
            fork = Overrides(overrides, fork);
        }

        if (fields.Object("tools") is { } tools)
        {
            fork = fork with
            {
                Tools = tools.Choice("default", "recorded", "deny", "live") switch
                {
                    "deny" => ForkTools.Deny,
                    "live" => ForkTools.Live,
                    _ => ForkTools.Recorded,
                },
                ToolOutputs = ToolOutputs(tools),
            };
            if (fork is { Tools: not ForkTools.Recorded, ToolOutputs.Count: > 0 })
            {
                throw Invalid.Request("'tools.outputs' are given with recorded tools alone.", "tools.outputs");
            }

            tools.Done();
        }

        fields.Done();
        return fork;
    }

    private static ForkRequest Overrides(JsonFields fields, ForkRequest fork)
    {
        fields.Refuse("prompt", "a stored prompt; give 'instructions'");
        fields.Refuse("memory", "memories, which no run has yet; the conversation's history is not one");
        var (version, versions) = fields.Any("collectionVersion") is { } asked ? Versions(asked, fields.Name("collectionVersion")) : default;
        var hasInstructions = fields.IsGiven("instructions");
        fork = fork with
        {
            Model = fields.Text("model", 256),
            Instructions = fields.Text("instructions"),
            OverridesInstructions = hasInstructions,
            Sampling = SamplingFields.Read(fields, "max_output_tokens", 1) with { Seed = fields.Long("seed") },
            ReasoningEffort = fields.Choice("reasoning_effort", "none", "minimal", "low", "medium", "high", "xhigh"),
            Verbosity = fields.Choice("verbosity", "low", "medium", "high"),
            CollectionVersion = version,
            CollectionVersions = versions,
            Outputs = fields.Any("outputs") is { } outputs ? Outputs(outputs, fields.Name("outputs")) : [],
        };
        fields.Done();
        return fork;
    }

    // A version, or an object from vector stores to versions.
    private static (long? One, Dictionary<string, long>? Several) Versions(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return (Version(element, name), null);
        }

        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            versions[property.Name] = Version(property.Value, name);
        }

        return versions.Count is > 0 and <= MostCollections
            ? (null, versions)
            : throw Invalid.Request($"'{name}' has {versions.Count} vector stores; it must have 1 to {MostCollections}.", name);
    }

    private static long Version(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var version) && version > 0
            ? version
            : throw Invalid.Request($"'{name}' must be a version, which is a whole number of at least 1, or an object from vector stores to versions.", name);

    // An object from the numbers of steps to their outputs.
    private static List<GivenStep> Outputs(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Invalid.Request($"'{name}' must be an object.", name);
        }

        var given = new List<GivenStep>();
        foreach (var property in element.EnumerateObject())
        {
            var path = $"{name}.{property.Name}";
            if (!int.TryParse(property.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var step) || step > MostSteps)
            {
                throw Invalid.Request($"'{name}' has '{property.Name}'; its names must be the numbers of steps.", name);
            }

            if (property.Value.ValueKind != JsonValueKind.Object)
            {
                throw Invalid.Request($"'{path}' must be an object.", name);
            }

            var fields = new JsonFields(property.Value, path);
            var calls = Calls(fields, step);
            given.Add(new GivenStep
            {
                Step = step,
                Text = fields.Text("text") ?? "",
                Refusal = fields.Text("refusal"),
                ToolCalls = calls,
                FinishReason = calls.Count > 0 ? FinishReason.ToolCalls : FinishReason.Stop,
            });
            fields.Done();
        }

        return given;
    }

    private static List<ModelToolCall> Calls(JsonFields fields, int step)
    {
        var calls = new List<ModelToolCall>();
        foreach (var (value, name) in fields.List("tool_calls", MostOutputs))
        {
            var call = Entry(value, name);
            calls.Add(new ModelToolCall
            {
                Id = call.Text("id", 256) ?? $"call_given_{step}_{calls.Count}",
                Name = call.RequiredText("name"),
                Arguments = call.RequiredText("arguments"),
            });
            call.Done();
        }

        return calls;
    }

    private static List<ToolAnswer> ToolOutputs(JsonFields fields)
    {
        var outputs = new List<ToolAnswer>();
        foreach (var (value, name) in fields.List("outputs", MostOutputs))
        {
            var output = Entry(value, name);
            outputs.Add(new ToolAnswer
            {
                CallId = "",
                Name = output.RequiredText("name"),
                Arguments = output.RequiredText("arguments"),
                Output = output.RequiredText("output"),
            });
            output.Done();
        }

        return outputs;
    }

    private static JsonFields Entry(JsonElement value, string name) => value.ValueKind == JsonValueKind.Object
        ? new JsonFields(value, name)
        : throw Invalid.Request($"'{name}' must be an object.", name);
}
