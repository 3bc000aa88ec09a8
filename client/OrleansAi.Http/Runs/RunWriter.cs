using System.Text.Json;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Responses;

namespace OrleansAi.Http.Runs;

/// <summary>Runs as operators see them. Times are RFC 3339 in UTC.</summary>
internal static class RunWriter
{
    public static void WritePage(Utf8JsonWriter json, RunPage page)
    {
        json.WriteStartObject();
        json.WriteStartArray("data");
        foreach (var run in page.Runs)
        {
            json.WriteStartObject();
            json.WriteString("id", run.Id);
            json.WriteString("conversation", run.ConversationId);
            json.WriteString("status", ResponseWriter.StatusName(run.Status));
            json.WriteString("model", run.Model);
            Time(json, "created_at", run.CreatedAt);
            Time(json, "completed_at", run.CompletedAt);
            json.WriteString("waker", run.Waker);
            json.WriteString("forked_from", run.ForkedFrom);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("has_more", page.HasMore);
        json.WriteString("next_cursor", page.HasMore ? page.Runs[^1].Id : null);
        json.WriteEndObject();
    }

    public static void WriteTrace(Utf8JsonWriter json, RunTrace trace)
    {
        var run = trace.Run;
        json.WriteStartObject();
        json.WriteString("id", run.Id);
        json.WriteString("conversation", run.ConversationId);
        json.WriteString("kind", run.Kind == RunKind.ChatCompletion ? "chat_completion" : "response");
        json.WriteString("status", ResponseWriter.StatusName(run.Status));
        json.WriteString("model", run.Model);
        json.WriteString("served_model", run.ServedModel);
        Time(json, "created_at", run.CreatedAt);
        Time(json, "completed_at", run.CompletedAt);
        json.WriteNumber("recoveries", trace.Recoveries);
        json.WriteString("waker", trace.Waker);
        json.WriteBoolean("content_destroyed", run.IsForgotten);
        json.WriteString("incomplete_reason", run.IncompleteReason);
        json.WriteString("instructions_hash", trace.InstructionsHash);
        ParametersWriter.Write(json, run.Sampling, run.Options);
        ForkedFrom(json, trace.ForkedFrom);
        Promotion(json, trace);
        ResponseWriter.WriteUsage(json, run.Usage);
        TraceFigures.WriteCost(json, trace.Cost);
        TraceFigures.WriteTiming(json, trace.Timing);
        Error(json, run.Error);
        json.WriteStartArray("attempts");
        foreach (var attempt in trace.Attempts)
        {
            json.WriteStartObject();
            json.WriteNumber("attempt", attempt.Attempt);
            json.WriteString("outcome", attempt.Outcome);
            Time(json, "started_at", attempt.StartedAt);
            json.WriteString("silo", attempt.Silo);
            TraceFigures.WriteOrigin(json, attempt.Origin);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("steps");
        var passages = trace.Steps.FirstOrDefault(static step => step.Retrieval is not null)?.Retrieval?.Passages ?? [];
        foreach (var step in trace.Steps)
        {
            json.WriteStartObject();
            WriteStepFields(json, step, passages);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A stage's name.</summary>
    public static string StageName(Stage stage) => stage switch
    {
        Stage.Admission => "admission",
        Stage.PromptAssembly => "prompt_assembly",
        Stage.ModelExecution => "model_execution",
        Stage.ToolExecution => "tool_execution",
        Stage.Embedding => "embedding",
        Stage.Retrieval => "retrieval",
        _ => "completion",
    };

    /// <summary>The fields of a step, inside an object.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="step">The step.</param>
    /// <param name="passages">What the run's search found, which the context's pieces are told of.</param>
    public static void WriteStepFields(Utf8JsonWriter json, StepView step, IReadOnlyList<RetrievedPassage> passages)
    {
        json.WriteNumber("index", step.Index);
        json.WriteString("stage", StageName(step.Stage));
        json.WriteNumber("attempt", step.Attempt);
        json.WriteString("outcome", step.Outcome);
        Time(json, "started_at", step.StartedAt);
        json.WriteNumber("duration_ms", step.DurationMicroseconds / 1_000.0);
        json.WriteString("silo", step.Silo);
        TraceFigures.WriteOrigin(json, step.Origin);
        json.WriteString("input_hash", step.InputHash);
        json.WriteString("output_hash", step.OutputHash);
        if (step.Vendor is not null)
        {
            json.WriteString("vendor", step.Vendor);
            json.WriteString("served_model", step.ServedModel);
        }

        if (step.Route is { } route)
        {
            TraceFigures.WriteRoute(json, route);
        }

        if (step.History is { } history)
        {
            json.WriteStartObject("history");
            json.WriteNumber("turns", history.Turns);
            json.WriteNumber("first_turn_position", history.FirstTurnPosition);
            json.WriteNumber("messages", history.Messages);
            json.WriteEndObject();
        }

        if (step.Stage == Stage.ModelExecution)
        {
            json.WriteString("fingerprint", step.Fingerprint);
            json.WriteBoolean("given", step.IsGiven);
            ResponseWriter.WriteUsage(json, step.Usage);
            TraceFigures.WriteCost(json, step.Cost);
            VendorAttemptWriter.Write(json, step);
        }

        if (step.Stage is Stage.Embedding or Stage.Retrieval)
        {
            json.WriteBoolean("given", step.IsGiven);
        }

        if (step.Retrieval is { } retrieval)
        {
            RetrievalWriter.Write(json, retrieval);
        }

        if (step.Context is { } context)
        {
            RetrievalWriter.Write(json, context, passages);
        }

        Error(json, step.Error);
    }

    private static void Promotion(Utf8JsonWriter json, RunTrace trace)
    {
        json.WritePropertyName("promoted_to");
        if (trace.Promotion is { } promotion)
        {
            PromoteEndpoint.Write(json, promotion);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteString("replaced_by", trace.ReplacedBy);
    }

    private static void ForkedFrom(Utf8JsonWriter json, ForkOrigin? origin)
    {
        if (origin is null)
        {
            json.WriteNull("forked_from");
            return;
        }

        json.WriteStartObject("forked_from");
        json.WriteString("run", origin.RunId);
        json.WriteNumber("step", origin.From);
        json.WriteString("tools", origin.Tools switch
        {
            ForkTools.Deny => "deny",
            ForkTools.Live => "live",
            _ => "recorded",
        });
        json.WriteStartArray("overridden");
        foreach (var name in origin.Overridden ?? [])
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteNumber("index", origin.Index);
        json.WriteEndObject();
    }

    private static void Error(Utf8JsonWriter json, RunError? error)
    {
        if (error is null)
        {
            json.WriteNull("error");
            return;
        }

        json.WriteStartObject("error");
        json.WriteString("code", error.Code);
        json.WriteString("message", error.Message);
        json.WriteString("param", error.Param);
        json.WriteEndObject();
    }

    /// <summary>A time, RFC 3339 in UTC.</summary>
    public static void Time(Utf8JsonWriter json, string name, long? milliseconds)
    {
        if (milliseconds is { } at)
        {
            json.WriteString(name, DateTimeOffset.FromUnixTimeMilliseconds(at).UtcDateTime);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
