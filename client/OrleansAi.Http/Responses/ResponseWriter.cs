using System.Text.Json;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Http.Responses;

/// <summary>Runs and items as Open Responses 2026-04-24 has them.</summary>
internal static class ResponseWriter
{
    public static void Write(Utf8JsonWriter json, RunView run) => Write(json, run, run.Options.IncludeEncryptedReasoning);

    /// <summary>Writes a response.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="run">The run.</param>
    /// <param name="withOpaque">True to show what vendors want back of their reasoning.</param>
    public static void Write(Utf8JsonWriter json, RunView run, bool withOpaque)
    {
        json.WriteStartObject();
        json.WriteString("id", run.Id);
        json.WriteString("object", "response");
        json.WriteNumber("created_at", run.CreatedAt / 1_000);
        WriteNumber(json, "completed_at", run is { Status: RunStatus.Completed, CompletedAt: { } at } ? at / 1_000 : null);
        json.WriteString("status", StatusName(run.Status));
        json.WriteBoolean("background", run.Background);
        WriteConversation(json, run.ConversationId);
        WriteReason(json, "error", run.Error is null ? null : (static (inner, view) =>
        {
            inner.WriteString("code", view.Error!.Code);
            inner.WriteString("message", view.Error.Message);
        }), run);
        WriteReason(json, "incomplete_details", run.IncompleteReason is null
            ? null
            : (static (inner, view) => inner.WriteString("reason", view.IncompleteReason)), run);
        json.WriteString("instructions", run.Instructions);
        json.WriteString("model", run.ServedModel ?? run.Model);
        json.WriteString("previous_response_id", run.PreviousRunId);
        json.WriteStartArray("output");
        foreach (var item in run.Output)
        {
            ItemWriter.Write(json, item, withOpaque);
        }

        json.WriteEndArray();
        WriteUsage(json, run.Usage);
        json.WriteNumber("temperature", run.Sampling.Temperature ?? 1);
        json.WriteNumber("top_p", run.Sampling.TopP ?? 1);
        json.WriteNumber("presence_penalty", run.Sampling.PresencePenalty ?? 0);
        json.WriteNumber("frequency_penalty", run.Sampling.FrequencyPenalty ?? 0);
        WriteNumber(json, "max_output_tokens", run.Sampling.MaxOutputTokens);
        WriteNumber(json, "max_tool_calls", run.Options.MaxToolCalls);
        json.WriteNumber("top_logprobs", 0);
        OptionsWriter.Write(json, run.Options);
        json.WriteString("service_tier", "default");
        WriteMetadata(json, run.Metadata);
        json.WriteEndObject();
    }

    public static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? metadata)
    {
        json.WriteStartObject("metadata");
        foreach (var (key, value) in metadata ?? new Dictionary<string, string>())
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    public static void WriteUsage(Utf8JsonWriter json, Usage? usage)
    {
        if (usage is null)
        {
            json.WriteNull("usage");
            return;
        }

        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", usage.InputTokens);
        json.WriteStartObject("input_tokens_details");
        json.WriteNumber("cached_tokens", usage.CachedTokens);
        json.WriteEndObject();
        json.WriteNumber("output_tokens", usage.OutputTokens);
        json.WriteStartObject("output_tokens_details");
        json.WriteNumber("reasoning_tokens", usage.ReasoningTokens);
        json.WriteEndObject();
        json.WriteNumber("total_tokens", usage.InputTokens + usage.OutputTokens);
        json.WriteEndObject();
    }

    public static string StatusName(RunStatus status) => status switch
    {
        RunStatus.Queued => "queued",
        RunStatus.InProgress => "in_progress",
        RunStatus.Completed => "completed",
        RunStatus.Failed => "failed",
        RunStatus.Cancelled => "cancelled",
        _ => "incomplete",
    };

    // The conversation behind a response that names none is ours alone.
    private static void WriteConversation(Utf8JsonWriter json, string conversation)
    {
        if (conversation.StartsWith(IdPrefixes.Conversation, StringComparison.Ordinal))
        {
            json.WriteStartObject("conversation");
            json.WriteString("id", conversation);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("conversation");
        }
    }

    private static void WriteReason(Utf8JsonWriter json, string name, Action<Utf8JsonWriter, RunView>? write, RunView run)
    {
        if (write is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        write(json, run);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
