using System.Text.Json;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Http.Runs;

/// <summary>What a replay found.</summary>
internal static class ReplayWriter
{
    public static void WriteList(Utf8JsonWriter json, IReadOnlyList<ReplayOutcome> outcomes)
    {
        json.WriteStartObject();
        json.WriteStartArray("data");
        foreach (var outcome in outcomes)
        {
            if (outcome.Replay is { } replay)
            {
                Write(json, replay);
                continue;
            }

            json.WriteStartObject();
            json.WriteString("id", outcome.RunId);
            json.WriteStartObject("error");
            json.WriteString("code", outcome.Code);
            json.WriteString("message", outcome.Message);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, RunReplay replay)
    {
        json.WriteStartObject();
        json.WriteString("id", replay.RunId);
        json.WriteBoolean("identical", replay.Divergence is null);
        json.WriteNumber("steps", replay.Steps);
        json.WriteNumber("externalCalls", replay.ExternalCalls);
        if (replay.Divergence is { } divergence)
        {
            json.WriteStartObject("divergence");
            json.WriteNumber("step", divergence.Step);
            json.WriteString("stage", RunWriter.StageName(divergence.Stage));
            json.WriteString("field", divergence.Field);
            json.WriteString("expected", divergence.Expected);
            json.WriteString("actual", divergence.Actual);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("divergence");
        }

        json.WriteEndObject();
    }
}
