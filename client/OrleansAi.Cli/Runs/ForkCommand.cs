using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansAi.Cli.Server;
using OrleansAi.Cli.Terminal;

namespace OrleansAi.Cli.Runs;

/// <summary><c>runs fork</c>: the run again from a step on, with something changed, in a new run beside the conversation.</summary>
internal static class ForkCommand
{
    public static Command Create(Argument<string> id)
    {
        Option<int> from = new("--from") { Description = "The step from which on it is executed, from 0." };
        Option<string?> model = new("--model", "-m") { Description = "Another route." };
        Option<string?> prompt = new("--prompt") { Description = "Another stored prompt, or another version: ID or ID@VERSION." };
        Option<string?> instructions = new("--instructions") { Description = "Other instructions." };
        Option<double?> temperature = new("--temperature") { Description = "Another temperature." };
        Option<string[]> version = new("--collection-version")
        {
            Description = "Search again, at another version: VERSION where the run searched one vector store, else ID=VERSION for each.",
            AllowMultipleArgumentsPerToken = false,
        };
        Option<string[]> set = new("--set")
        {
            Description = "Any other override: NAME=VALUE, where VALUE is JSON or else a text. May come several times.",
            AllowMultipleArgumentsPerToken = false,
        };
        var tools = new Option<string>("--tools")
        {
            Description = "What tools do: recorded (as then), deny, or live.",
            DefaultValueFactory = static _ => "recorded",
        }.AcceptOnlyFromAmong("recorded", "deny", "live");
        return new Command("fork", "The run again from a step on, with something changed, as a new run.")
        {
            id, from, model, prompt, instructions, temperature, version, set, tools,
        }.Does(async (session, parsed, cancellationToken) =>
        {
            var overrides = Overrides(parsed.GetValue(model), parsed.GetValue(prompt));
            if (parsed.GetValue(instructions) is { } other)
            {
                overrides["instructions"] = other;
            }

            if (parsed.GetValue(temperature) is { } degree)
            {
                overrides["temperature"] = degree;
            }

            if (parsed.GetValue(version) is { Length: > 0 } versions)
            {
                overrides["collectionVersion"] = Versions(versions);
            }

            foreach (var pair in parsed.GetValue(set) ?? [])
            {
                var at = pair.IndexOf('=', StringComparison.Ordinal);
                overrides[at > 0 ? pair[..at] : throw Wrong(pair)] = Value(pair[(at + 1)..]);
            }

            var fork = await session.Api.PostAsync(
                $"api/runs/{ApiClient.Part(parsed.GetValue(id)!)}/fork", Body(parsed.GetValue(from), overrides, parsed.GetValue(tools)!), cancellationToken);
            session.Write(fork, static (session, fork) =>
            {
                Show.Fields(session, fork);
                if (RunOf(fork) is { } run)
                {
                    session.Hint($"See it with: orleansai runs show {run}");
                }
            });
            return ExitCodes.Ok;
        });
    }

    /// <summary>What is asked for with a fork.</summary>
    public static JsonObject Body(int from, JsonObject overrides, string tools) => new()
    {
        ["from"] = from,
        ["overrides"] = overrides,
        ["tools"] = new JsonObject { ["default"] = tools },
    };

    /// <summary>The overrides that have names of their own.</summary>
    public static JsonObject Overrides(string? model, string? prompt)
    {
        var overrides = new JsonObject();
        if (model is not null)
        {
            overrides["model"] = model;
        }

        if (prompt is not null)
        {
            var at = prompt.IndexOf('@', StringComparison.Ordinal);
            overrides["prompt"] = at < 0
                ? new JsonObject { ["id"] = prompt }
                : new JsonObject { ["id"] = prompt[..at], ["version"] = prompt[(at + 1)..] };
        }

        return overrides;
    }

    /// <summary>The new run that an answer to a fork names; null when it names none.</summary>
    public static string? RunOf(JsonNode fork) =>
        fork.Text("id") ?? fork.Text("run") ?? fork.List("runs").Concat(fork.List("data")).Select(static run => Json.Scalar(run) ?? run.Text("id")).FirstOrDefault();

    private static JsonNode Versions(string[] versions)
    {
        if (versions is [var only] && long.TryParse(only, NumberStyles.None, CultureInfo.InvariantCulture, out var one))
        {
            return one;
        }

        var all = new JsonObject();
        foreach (var pair in versions)
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            all[at > 0 ? pair[..at] : ""] = at > 0 && long.TryParse(pair.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? version
                : throw new CliException(ExitCodes.Usage, "invalid_version", $"--collection-version is '{pair}'; it must be VERSION, or ID=VERSION.");
        }

        return all;
    }

    private static CliException Wrong(string pair) =>
        new(ExitCodes.Usage, "invalid_override", $"--set is '{pair}'; it must be NAME=VALUE.");

    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // Whoever types a model's name does not type its quotes.
            return text;
        }
    }
}
