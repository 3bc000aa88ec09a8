using System.Text.RegularExpressions;
using OrleansAi.OtlpReceiver.Messages;

namespace OrleansAi.OtlpReceiver;

/// <summary>Holds the product's metrics and log records to the OpenTelemetry GenAI conventions and to its own rule that no tag is unbounded.</summary>
public static partial class MetricRules
{
    private const string Source = "OrleansAi";
    private static readonly double[] Seconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
    private static readonly double[] Tokens = [.. Enumerable.Range(0, 14).Select(static power => Math.Pow(4, power))];
    private static readonly string[] Required = ["gen_ai.operation.name", "gen_ai.provider.name"];

    private static readonly Dictionary<string, (string Unit, double[]? Bounds)> V141 = new(StringComparer.Ordinal)
    {
        ["gen_ai.client.operation.duration"] = ("s", Seconds),
        ["gen_ai.client.operation.time_to_first_chunk"] = ("s", Seconds),
        ["gen_ai.client.operation.time_per_output_chunk"] = ("s", Seconds),
        ["gen_ai.client.token.usage"] = ("{token}", Tokens),
    };

    private static readonly Dictionary<string, (string Unit, double[]? Bounds)> Latest = new(StringComparer.Ordinal)
    {
        ["gen_ai.client.operation.duration"] = ("s", Seconds),
        ["gen_ai.client.inference.duration"] = ("s", Seconds),
        ["gen_ai.client.inference.time_to_first_chunk"] = ("s", Seconds),
        ["gen_ai.client.inference.time_per_output_chunk"] = ("s", Seconds),
        ["gen_ai.client.inference.operation.input_tokens"] = ("{token}", Tokens),
        ["gen_ai.client.inference.operation.output_tokens"] = ("{token}", Tokens),
        ["gen_ai.client.inference.usage.input_tokens"] = ("{token}", null),
        ["gen_ai.client.inference.usage.output_tokens"] = ("{token}", null),
        ["gen_ai.client.inference.usage.cache_read.input_tokens"] = ("{token}", null),
        ["gen_ai.client.inference.usage.reasoning.output_tokens"] = ("{token}", null),
    };

    /// <summary>Everything that is wrong with the product's metrics, one line each.</summary>
    public static IReadOnlyList<string> Faults(IEnumerable<ReceivedMetric> metrics, bool isLatest) =>
    [
        .. metrics.Where(static metric => metric.Scope.Name == Source)
            .SelectMany(metric => Own(metric, isLatest).Select(fault => $"{metric.Metric.Name}: {fault}."))
            .Distinct(),
    ];

    /// <summary>Everything that is wrong with log records, one line each.</summary>
    /// <param name="logs">The records.</param>
    /// <param name="spans">The spans that came with them.</param>
    /// <param name="secrets">What must never be in a record.</param>
    public static IReadOnlyList<string> Faults(IEnumerable<ReceivedLog> logs, IEnumerable<ReceivedSpan> spans, IReadOnlyList<string> secrets)
    {
        var known = spans.Select(static span => span.Id).ToHashSet(StringComparer.Ordinal);
        var faults = new List<string>();
        foreach (var log in logs)
        {
            var name = $"{log.Scope.Name} '{log.Record.Body?.StringValue}'";
            if (log.Record.SeverityNumber == SeverityNumber.Unspecified || log.Record.Body is null)
            {
                faults.Add($"{name} has no severity or no body.");
            }

            if (log.SpanId.Length > 0 && !known.Contains(log.SpanId))
            {
                faults.Add($"{name} belongs to the span {log.SpanId}, which never came.");
            }

            if (log.Record.EventName == "gen_ai.evaluation.result" && (log["gen_ai.evaluation.name"] is null || log.SpanId.Length == 0))
            {
                faults.Add($"{name} has no gen_ai.evaluation.name or no span.");
            }

            faults.AddRange(secrets.Where(secret => log.Record.ToString().Contains(secret, StringComparison.Ordinal))
                .Select(secret => $"{name} has '{secret}' in it."));
        }

        return faults;
    }

    private static IEnumerable<string> Own(ReceivedMetric metric, bool isLatest)
    {
        var name = metric.Metric.Name;
        if (metric.Metric.Unit.Length == 0 || metric.Metric.Description.Length == 0)
        {
            yield return "it has no unit or no description";
        }

        if (name.StartsWith("gen_ai.", StringComparison.Ordinal))
        {
            if (!(isLatest ? Latest : V141).TryGetValue(name, out var rule))
            {
                yield return "it is no metric of the conventions";
                yield break;
            }

            if (metric.Metric.Unit != rule.Unit)
            {
                yield return $"its unit is '{metric.Metric.Unit}', not '{rule.Unit}'";
            }

            if (rule.Bounds is null
                ? metric.Metric.DataCase != Metric.DataOneofCase.Sum || !metric.Metric.Sum.IsMonotonic
                : metric.Metric.DataCase != Metric.DataOneofCase.Histogram
                    || metric.Metric.Histogram.DataPoints.Any(point => !point.ExplicitBounds.SequenceEqual(rule.Bounds)))
            {
                yield return "it is no counter, or no histogram with the buckets of the conventions";
            }

            foreach (var missing in Required.Where(required => metric.Points.Any(point => Attributes.Find(point, required) is null)))
            {
                yield return $"'{missing}' is missing";
            }

            if (name == "gen_ai.client.token.usage" && metric.Points.Any(static point =>
                Attributes.Find(point, "gen_ai.token.type")?.StringValue is not ("input" or "output")))
            {
                yield return "'gen_ai.token.type' is neither input nor output";
            }
        }
        else if (!name.StartsWith("orleansai.", StringComparison.Ordinal))
        {
            yield return "it is neither of the conventions nor below 'orleansai.'";
        }

        foreach (var attribute in metric.Points.SelectMany(static point => point))
        {
            if (AttributeRule.Fault(attribute, isLatest) is { } fault)
            {
                yield return fault;
            }

            if (attribute.Value.ValueCase == AnyValue.ValueOneofCase.StringValue && Unbounded().IsMatch(attribute.Value.StringValue))
            {
                yield return $"'{attribute.Key}' is a tag without a bound";
            }
        }
    }

    // Ids of runs, conversations, collections, files, items.
    [GeneratedRegex("^(resp|conv|vs|file|msg|fc|req|chatcmpl)[_-]")]
    private static partial Regex Unbounded();
}
