using System.Text.Json;
using OrleansAi.Contracts.Comparison;

namespace OrleansAi.Http.Runs;

/// <summary>Factors as operators see them.</summary>
internal static class FactorWriter
{
    public static void Write(Utf8JsonWriter json, string name, IReadOnlyList<RankedFactor> factors, string value, string other)
    {
        json.WriteStartArray(name);
        foreach (var factor in factors)
        {
            json.WriteStartObject();
            json.WriteString("factor", FactorKinds.Of(factor.Kind).Name);
            json.WriteString(value, factor.Value);
            json.WriteString(other, factor.Other);
            json.WriteString("other_run", factor.OtherRunId);
            if (factor.Separation is { } separation)
            {
                json.WriteNumber("bad_with", separation.BadWith);
                json.WriteNumber("bad_without", separation.BadWithout);
                json.WriteNumber("good_with", separation.GoodWith);
                json.WriteNumber("good_without", separation.GoodWithout);
                json.WriteNumber("values", separation.Values);
                json.WriteNumber("score", Math.Round(separation.Score, 2));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
