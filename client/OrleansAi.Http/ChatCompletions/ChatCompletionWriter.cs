using System.Text.Json;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Http.ChatCompletions;

/// <summary>Runs as chat completions, whole and in chunks.</summary>
internal static class ChatCompletionWriter
{
    public static void Write(Utf8JsonWriter json, RunView run)
    {
        var answer = run.Output.Count > 0 ? run.Output[0] : null;
        var isRefusal = answer?.Parts[0].Kind == ContentPartKind.Refusal;
        Begin(json, run, "chat.completion");
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        json.WriteString("content", isRefusal ? null : answer?.Text ?? "");
        json.WriteString("refusal", isRefusal ? answer!.Text : null);
        json.WriteStartArray("annotations");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", FinishReason(run));
        json.WriteEndObject();
        json.WriteEndArray();
        if (run.Usage is { } usage)
        {
            WriteUsage(json, usage);
        }

        json.WriteEndObject();
    }

    /// <summary>The chunk that names the role.</summary>
    public static void WriteFirst(Utf8JsonWriter json, (RunView Run, bool WithUsage) state) => Chunk(
        json, state.Run, state.WithUsage, finish: null, static (inner, _) =>
        {
            inner.WriteString("role", "assistant");
            inner.WriteString("content", "");
            inner.WriteNull("refusal");
        }, "");

    /// <summary>A chunk of text.</summary>
    public static void WriteText(Utf8JsonWriter json, (RunView Run, bool WithUsage, RunEvent Event) state) => Chunk(
        json, state.Run, state.WithUsage, finish: null, static (inner, next) => inner.WriteString(next.IsRefusal ? "refusal" : "content", next.Text), state.Event);

    /// <summary>The chunk that says why the model stopped.</summary>
    public static void WriteLast(Utf8JsonWriter json, (RunView Run, bool WithUsage) state) =>
        Chunk(json, state.Run, state.WithUsage, FinishReason(state.Run), static (_, _) => { }, "");

    /// <summary>The chunk that has the usage and no choice.</summary>
    public static void WriteUsageChunk(Utf8JsonWriter json, RunView run)
    {
        Begin(json, run, "chat.completion.chunk");
        json.WriteStartArray("choices");
        json.WriteEndArray();
        if (run.Usage is { } usage)
        {
            WriteUsage(json, usage);
        }
        else
        {
            json.WriteNull("usage");
        }

        json.WriteEndObject();
    }

    private static void Chunk<T>(Utf8JsonWriter json, RunView run, bool withUsage, string? finish, Action<Utf8JsonWriter, T> delta, T state)
    {
        Begin(json, run, "chat.completion.chunk");
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject("delta");
        delta(json, state);
        json.WriteEndObject();
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", finish);
        json.WriteEndObject();
        json.WriteEndArray();
        if (withUsage)
        {
            json.WriteNull("usage");
        }

        json.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter json, RunView run, string kind)
    {
        json.WriteStartObject();
        json.WriteString("id", run.Id);
        json.WriteString("object", kind);
        json.WriteNumber("created", run.CreatedAt / 1_000);
        json.WriteString("model", run.Model);
    }

    private static void WriteUsage(Utf8JsonWriter json, Usage usage)
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

    private static string FinishReason(RunView run) => run.IncompleteReason switch
    {
        "max_output_tokens" => "length",
        "content_filter" => "content_filter",
        _ => "stop",
    };
}
