using System.Diagnostics.Metrics;
using OrleansAi.Contracts.Telemetry;

namespace OrleansAi.Grains.Retention;

/// <summary>The meters of retention. The tag is which limit it was for, never a tenant.</summary>
internal static class RetentionMetrics
{
    private static readonly Counter<long> Runs = TelemetrySources.Meter.CreateCounter<long>(
        "orleansai.retention.runs", "{run}", "Runs whose content retention has let go.");

    private static readonly Counter<long> Bytes = TelemetrySources.Meter.CreateCounter<long>(
        "orleansai.retention.bytes", "By", "Content that retention has let go, as it was stored.");

    public static void Record(int runs, long bytes, string reason)
    {
        Runs.Add(runs, new KeyValuePair<string, object?>("orleansai.retention.reason", reason));
        Bytes.Add(bytes, new KeyValuePair<string, object?>("orleansai.retention.reason", reason));
    }
}
