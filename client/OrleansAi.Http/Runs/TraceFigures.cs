using System.Text.Json;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Http.Runs;

/// <summary>What carried a run out, where its route led, what it cost and took.</summary>
internal static class TraceFigures
{
    private const double PerMillisecond = 1_000;

    public static void WriteOrigin(Utf8JsonWriter json, ExecutionOrigin? origin)
    {
        if (origin is null)
        {
            json.WriteNull("build");
        }
        else
        {
            json.WriteStartObject("build");
            json.WriteString("version", origin.Version);
            json.WriteString("commit", origin.Commit);
            json.WriteEndObject();
        }

        json.WriteString("configuration", origin?.Configuration);
        json.WriteString("activation", origin?.Activation);
    }

    public static void WriteRoute(Utf8JsonWriter json, RouteDecision route)
    {
        json.WriteStartObject("route");
        json.WriteString("name", route.Route);
        json.WriteString("vendor", route.Vendor);
        json.WriteString("model", route.Model);
        json.WriteString("reason", route.Reason);
        json.WriteStartArray("passed_over");
        foreach (var candidate in route.PassedOver)
        {
            json.WriteStartObject();
            json.WriteString("vendor", candidate.Vendor);
            json.WriteString("model", candidate.Model);
            json.WriteString("cause", candidate.Cause);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteCost(Utf8JsonWriter json, decimal? cost)
    {
        if (cost is { } known)
        {
            json.WriteNumber("cost", known);
        }
        else
        {
            json.WriteNull("cost");
        }
    }

    public static void WriteTiming(Utf8JsonWriter json, RunTiming? timing)
    {
        if (timing is null)
        {
            json.WriteNull("timing");
            return;
        }

        json.WriteStartObject("timing");
        Write("total_ms", timing.Total);
        Write("queue_ms", timing.Queue);
        Write("storage_ms", timing.Storage);
        Write("vendor_ms", timing.Vendor);
        Write("lost_ms", timing.Lost);
        Write("own_ms", timing.Own);
        json.WriteEndObject();

        void Write(string name, long? microseconds)
        {
            if (microseconds is { } known)
            {
                json.WriteNumber(name, known / PerMillisecond);
            }
            else
            {
                json.WriteNull(name);
            }
        }
    }
}
