using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Telemetry;

namespace OrleansAi.Grains.Conversations;

/// <summary>The meters of turns. Tags are bounded: status and route, never a conversation.</summary>
internal static class TurnMetrics
{
    private static readonly Histogram<double> Duration = TelemetrySources.Meter.CreateHistogram(
        "orleansai.turn.duration",
        "s",
        "The time from the beginning of a run to its durable end.",
        tags: null,
        new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
        });

    private static readonly Counter<long> Tokens = TelemetrySources.Meter.CreateCounter<long>(
        "orleansai.turn.tokens", "{token}", "Tokens billed, input and output together.");

    public static void Record(RunView run, TimeSpan elapsed)
    {
        if (!Duration.Enabled && !Tokens.Enabled)
        {
            return;
        }

        var tags = new TagList { { "orleansai.run.status", run.Status.ToString() }, { TelemetryNames.Route, run.Model } };
        Duration.Record(elapsed.TotalSeconds, tags);
        if (run.Usage is { } usage)
        {
            Tokens.Add(usage.InputTokens + usage.OutputTokens, tags);
        }
    }

    /// <summary>What a turn's span says of its end.</summary>
    public static void Describe(Activity? activity, RunView run, int attempt)
    {
        activity?.SetTag("orleansai.run.status", run.Status.ToString());
        activity?.SetTag(TelemetryNames.Attempt, attempt);
        if (run.Error is { } error)
        {
            activity?.SetTag(TelemetryNames.ErrorType, error.Code);
            activity?.SetStatus(ActivityStatusCode.Error, error.Code);
        }
    }
}
