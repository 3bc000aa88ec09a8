using System.Text.Json;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Http.Responses;

namespace OrleansAi.Http.ChatCompletions;

/// <summary>Runs as chat completions, whole and in chunks.</summary>
internal static class ChatCompletionWriter
{
    /// <summary>Writes a completion; each choice is a run.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<RunView> runs) => Write(json, runs, metadata: null);

    /// <summary>Writes a completion that was stored; its first choice has its metadata.</summary>
    public static void WriteStored(Utf8JsonWriter json, IReadOnlyList<RunView> runs) =>
        Write(json, runs, runs[0].Metadata ?? new Dictionary<string, string>());

    private static void Write(Utf8JsonWriter json, IReadOnlyList<RunView> runs, IReadOnlyDictionary<string, string>? metadata)
    {
        Begin(json, runs[0].Id, runs[0].CreatedAt, runs[0].ServedModel ?? runs[0].Model, "chat.completion");
        json.WriteStartArray("choices");
        for (var i = 0; i < runs.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("index", i);
            WriteMessage(json, runs[i].Output);
            json.WriteNull("logprobs");
            json.WriteString("finish_reason", FinishReason(runs[i]));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (Sum(runs.Select(static run => run.Usage)) is { } usage)
        {
            WriteUsage(json, usage);
        }

        json.WriteString("service_tier", "default");
        if (metadata is not null)
        {
            ResponseWriter.WriteMetadata(json, metadata);
        }

        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, IReadOnlyList<Item> output)
    {
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        WriteContent(json, output);
        ChatAnnotations.Write(json, output);
        json.WriteEndObject();
    }

    /// <summary>Writes content, refusal and function calls of a message.</summary>
    public static void WriteContent(Utf8JsonWriter json, IReadOnlyList<Item> items)
    {
        var calls = items.Where(static item => item.Kind == ItemKind.FunctionCall).ToList();
        var text = Concat(items, ContentPartKind.OutputText);
        var refusal = Concat(items, ContentPartKind.Refusal);
        json.WriteString("content", text is null && calls.Count == 0 && refusal is null ? "" : text);
        json.WriteString("refusal", refusal);
        if (calls.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tool_calls");
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteString("id", call.CallId);
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", call.Name);
            json.WriteString("arguments", call.Arguments);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Tokens billed for all choices; null where no vendor said.</summary>
    public static Usage? Sum(IEnumerable<Usage?> usages)
    {
        var known = usages.OfType<Usage>().ToList();
        return known.Count == 0 ? null : new Usage
        {
            InputTokens = known.Sum(static usage => usage.InputTokens),
            OutputTokens = known.Sum(static usage => usage.OutputTokens),
            CachedTokens = known.Sum(static usage => usage.CachedTokens),
            ReasoningTokens = known.Sum(static usage => usage.ReasoningTokens),
        };
    }

    /// <summary>Begins an object.</summary>
    public static void Begin(Utf8JsonWriter json, string id, long createdAt, string model, string kind)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("object", kind);
        json.WriteNumber("created", createdAt / 1_000);
        json.WriteString("model", model);
    }

    /// <summary>Writes tokens billed.</summary>
    public static void WriteUsage(Utf8JsonWriter json, Usage usage)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", usage.InputTokens);
        json.WriteNumber("completion_tokens", usage.OutputTokens);
        json.WriteNumber("total_tokens", usage.InputTokens + usage.OutputTokens);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", usage.CachedTokens);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details");
        json.WriteNumber("reasoning_tokens", usage.ReasoningTokens);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Why the model stopped, as chat completions say it.</summary>
    public static string FinishReason(RunView run) => run.IncompleteReason switch
    {
        "max_output_tokens" => "length",
        "content_filter" => "content_filter",
        _ => run.Output.Any(static item => item.Kind == ItemKind.FunctionCall) ? "tool_calls" : "stop",
    };

    /// <summary>
    /// What stands between two messages of which the vendor said what they are: this format has one message, and commentary must
    /// not run into the answer.
    /// </summary>
    public const string Gap = "\n\n";

    /// <summary>True when a message is set apart from the text before it.</summary>
    public static bool IsApart(Item item) => item is { Kind: ItemKind.Message, Phase: not null };

    private static string? Concat(IReadOnlyList<Item> items, ContentPartKind kind)
    {
        string? text = null;
        foreach (var item in items)
        {
            var gap = kind == ContentPartKind.OutputText && text?.Length > 0 && IsApart(item) ? Gap : "";
            foreach (var part in item.Kind == ItemKind.Message ? item.Parts : [])
            {
                if (part.Kind == kind)
                {
                    (text, gap) = (text is null ? part.Text : string.Concat(text, gap, part.Text), "");
                }
            }
        }

        return text;
    }
}
