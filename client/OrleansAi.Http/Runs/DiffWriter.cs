using System.Text.Json;
using OrleansAi.Contracts.Comparison;
using OrleansAi.Http.Responses;

namespace OrleansAi.Http.Runs;

/// <summary>How two runs differ.</summary>
internal static class DiffWriter
{
    public static void Write(Utf8JsonWriter json, RunDiff diff)
    {
        json.WriteStartObject();
        if (diff.FirstDivergence is { } divergence)
        {
            json.WriteStartObject("first_divergence");
            json.WriteString("stage", RunWriter.StageName(divergence.Stage));
            json.WriteString("field", divergence.Field);
            json.WriteString("a", divergence.A);
            json.WriteString("b", divergence.B);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("first_divergence");
        }

        Run(json, "a", diff.A);
        Run(json, "b", diff.B);
        FactorWriter.Write(json, "factors", diff.Factors, "a", "b");
        json.WriteStartArray("stages");
        foreach (var stage in diff.Stages)
        {
            Stage(json, stage);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Run(Utf8JsonWriter json, string name, ComparedRun run)
    {
        json.WriteStartObject(name);
        json.WriteString("id", run.RunId);
        json.WriteString("conversation", run.ConversationId);
        json.WriteString("status", ResponseWriter.StatusName(run.Status));
        RunWriter.Time(json, "created_at", run.CreatedAt);
        Texts(json, "symptoms", run.Symptoms);
        Texts(json, "content_destroyed", run.Destroyed);
        json.WriteEndObject();
    }

    private static void Stage(Utf8JsonWriter json, StageDiff stage)
    {
        json.WriteStartObject();
        json.WriteString("stage", RunWriter.StageName(stage.Stage));
        Number(json, "step_a", stage.StepA);
        Number(json, "step_b", stage.StepB);
        json.WriteStartArray("fields");
        foreach (var field in stage.Fields)
        {
            json.WriteStartObject();
            json.WriteString("field", field.Field);
            json.WriteString("a", field.A);
            json.WriteString("b", field.B);
            json.WriteBoolean("measure", field.IsMeasure);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("texts");
        foreach (var text in stage.Texts)
        {
            Text(json, text);
        }

        json.WriteEndArray();
        json.WriteStartArray("lists");
        foreach (var list in stage.Lists)
        {
            List(json, list);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, TextDiff text)
    {
        json.WriteStartObject();
        json.WriteString("field", text.Field);
        json.WriteString("state", text.State switch
        {
            TextDiffState.Shown => "shown",
            TextDiffState.Destroyed => "content_destroyed",
            _ => "too_long",
        });
        json.WriteString("hash_a", text.HashA);
        json.WriteString("hash_b", text.HashB);
        json.WriteStartArray("hunks");
        foreach (var hunk in text.Hunks)
        {
            json.WriteStartObject();
            json.WriteNumber("start_a", hunk.StartA);
            json.WriteNumber("start_b", hunk.StartB);
            Texts(json, "lines", hunk.Lines);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void List(Utf8JsonWriter json, ListDiff list)
    {
        json.WriteStartObject();
        json.WriteString("field", list.Field);
        json.WriteNumber("count_a", list.CountA);
        json.WriteNumber("count_b", list.CountB);
        json.WriteNumber("same", list.Same);
        json.WriteStartArray("entries");
        foreach (var entry in list.Entries)
        {
            json.WriteStartObject();
            json.WriteString("change", entry.Change switch
            {
                EntryChange.In => "in",
                EntryChange.Out => "out",
                EntryChange.Moved => "moved",
                _ => "changed",
            });
            json.WriteString("kind", entry.Kind);
            json.WriteString("name", entry.Name);
            Number(json, "place_a", entry.PlaceA);
            Number(json, "place_b", entry.PlaceB);
            json.WriteString("text_a", entry.TextA);
            json.WriteString("text_b", entry.TextB);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("left_out", list.LeftOut);
        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, string name, int? value)
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
