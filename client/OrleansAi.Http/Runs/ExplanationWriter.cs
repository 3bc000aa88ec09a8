using System.Text.Json;
using OrleansAi.Contracts.Comparison;
using OrleansAi.Http.Responses;

namespace OrleansAi.Http.Runs;

/// <summary>What separates a run from good ones.</summary>
internal static class ExplanationWriter
{
    public static void Write(Utf8JsonWriter json, RunExplanation explanation)
    {
        json.WriteStartObject();
        json.WriteString("id", explanation.RunId);
        json.WriteString("status", ResponseWriter.StatusName(explanation.Status));
        json.WriteStartArray("symptoms");
        foreach (var symptom in explanation.Symptoms)
        {
            json.WriteStringValue(symptom);
        }

        json.WriteEndArray();
        json.WriteString("summary", explanation.Summary);
        FactorWriter.Write(json, "factors", explanation.Factors, "value", "other");
        json.WriteStartArray("nearest");
        foreach (var near in explanation.Nearest)
        {
            json.WriteStartObject();
            json.WriteString("id", near.RunId);
            RunWriter.Time(json, "created_at", near.CreatedAt);
            FactorWriter.Write(json, "differences", near.Differences, "value", "other");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        var population = explanation.Population;
        json.WriteStartObject("population");
        json.WriteString("route", population.Route);
        json.WriteNumber("listed", population.Listed);
        json.WriteNumber("bad", population.Bad);
        json.WriteNumber("good", population.Good);
        RunWriter.Time(json, "since", population.Since);
        RunWriter.Time(json, "until", population.Until);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
