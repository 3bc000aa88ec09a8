using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrleansAi.Contracts.Telemetry;

namespace OrleansAi.Grains.Retrieval;

/// <summary>The meters of retrieval. Tags are bounded: never a collection, never a conversation.</summary>
internal static class RetrievalMetrics
{
    private static readonly Meter Meter = new(TelemetryNames.Source);

    private static readonly Counter<long> Lookups = Meter.CreateCounter<long>(
        "orleansai.retrieval.cache.lookups", "{lookup}", "Looks into the retrieval caches of conversations, by result: hit or miss.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "orleansai.retrieval.duration", "s", "The time that one collection took to answer, by result of the cache: hit or miss.");

    public static void Record(bool isHit, TimeSpan elapsed)
    {
        var tags = new TagList { { "orleansai.cache.result", isHit ? "hit" : "miss" } };
        Lookups.Add(1, tags);
        Duration.Record(elapsed.TotalSeconds, tags);
    }
}
