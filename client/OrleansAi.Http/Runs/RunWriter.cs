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
        ResponseWriter.WriteUsage(json, run.Usage);
        Error(json, run.Error);
        json.WriteStartArray("steps");
        var passages = trace.Steps.FirstOrDefault(static step => step.Retrieval is not null)?.Retrieval?.Passages ?? [];
        foreach (var step in trace.Steps)
        {
            WriteStep(json, step, passages);
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
        Stage.Embedding => "embedding",
        Stage.Retrieval => "retrieval",
        _ => "completion",
    };

    private static void WriteStep(Utf8JsonWriter json, StepView step, IReadOnlyList<RetrievedPassage> passages)
    {
        json.WriteStartObject();
        json.WriteNumber("index", step.Index);
        json.WriteString("stage", StageName(step.Stage));
        json.WriteNumber("attempt", step.Attempt);
        json.WriteString("outcome", step.Outcome);
        Time(json, "started_at", step.StartedAt);
        json.WriteNumber("duration_ms", step.DurationMicroseconds / 1_000.0);
        json.WriteString("silo", step.Silo);
        json.WriteString("input_hash", step.InputHash);
        json.WriteString("output_hash", step.OutputHash);
        if (step.Vendor is not null)
        {
            json.WriteString("vendor", step.Vendor);
            json.WriteString("served_model", step.ServedModel);
        }

        if (step.Stage == Stage.ModelExecution)
        {
            ResponseWriter.WriteUsage(json, step.Usage);
            VendorAttemptWriter.Write(json, step);
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

    private static void Time(Utf8JsonWriter json, string name, long? milliseconds)
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
