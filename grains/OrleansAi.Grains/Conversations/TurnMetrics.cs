using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Telemetry;

namespace OrleansAi.Grains.Conversations;

/// <summary>The meters of turns. Tags are bounded: status and route, never a conversation.</summary>
internal static class TurnMetrics
{
    private static readonly Meter Meter = new(TelemetryNames.Source);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "orleansai.turn.duration", "s", "The time from the beginning of a run to its durable end.");

    private static readonly Counter<long> Tokens = Meter.CreateCounter<long>(
        "orleansai.turn.tokens", "{token}", "Tokens billed, input and output together.");

    public static void Record(RunView run, TimeSpan elapsed)
    {
        if (!Duration.Enabled && !Tokens.Enabled)
        {
            return;
        }

        var tags = new TagList { { "status", run.Status.ToString() }, { "route", run.Model } };
        Duration.Record(elapsed.TotalSeconds, tags);
        if (run.Usage is { } usage)
        {
            Tokens.Add(usage.InputTokens + usage.OutputTokens, tags);
        }
    }
}
