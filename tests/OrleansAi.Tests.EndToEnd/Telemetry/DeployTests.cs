using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansAi.OtlpReceiver;
using OrleansAi.OtlpReceiver.Messages;
using Xunit;

namespace OrleansAi.Tests.EndToEnd.Telemetry;

/// <summary>The dashboard and the alert rules ask for nothing that a silo does not export.</summary>
public sealed partial class DeployTests
{
    // Prometheus itself makes these.
    private static readonly string[] OfPrometheus = ["le", "job", "instance"];

    [Fact]
    public async Task Queries_OfDashboardAndAlerts_UseWhatIsEmitted()
    {
        await using var silo = await ObservedSilo.RunAsync();
        var emitted = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var metric in silo.Received.Metrics)
        {
            var labels = metric.Points.SelectMany(static point => point).Select(static attribute => Name(attribute.Key));
            foreach (var name in Names(metric.Metric))
            {
                emitted.TryAdd(name, new HashSet<string>(OfPrometheus, StringComparer.Ordinal));
                emitted[name].UnionWith(labels);
            }
        }

        var queries = DashboardQueries().Concat(AlertQueries()).ToList();
        Assert.True(queries.Count > 20, $"Only {queries.Count} queries were found.");
        var faults = queries.SelectMany(query => Faults(query, emitted)).ToList();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private static IEnumerable<string> Faults(string query, Dictionary<string, HashSet<string>> emitted)
    {
        var metrics = Metric().Matches(query).Select(static match => match.Value).Distinct().ToList();
        if (metrics.Count == 0)
        {
            yield return $"No metric in: {query}";
        }

        foreach (var metric in metrics)
        {
            if (!emitted.TryGetValue(metric, out var labels))
            {
                yield return $"'{metric}' is not emitted: {query}";
                continue;
            }

            foreach (var label in Labels(query).Where(label => !labels.Contains(label)))
            {
                yield return $"'{metric}' has no label '{label}': {query}";
            }
        }
    }

    private static IEnumerable<string> Labels(string query) =>
        Grouping().Matches(query).SelectMany(static match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries))
            .Concat(Matcher().Matches(query).Select(static match => match.Groups[1].Value))
            .Distinct();

    private static IEnumerable<string> DashboardQueries() =>
        JsonNode.Parse(File.ReadAllText(Deployment.PathOf("deploy", "grafana", "orleansai.json")))!["panels"]!.AsArray()
            .SelectMany(static panel => panel!["targets"]?.AsArray() ?? [])
            .Select(static target => (string)target!["expr"]!);

    private static IEnumerable<string> AlertQueries() =>
        File.ReadLines(Deployment.PathOf("deploy", "prometheus", "alerts.yml"))
            .Select(static line => line.Trim())
            .Where(static line => line.StartsWith("expr: ", StringComparison.Ordinal))
            .Select(static line => line["expr: ".Length..]);

    // How OTLP metrics are named in Prometheus: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
    private static IEnumerable<string> Names(Metric metric)
    {
        var unit = metric.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        var name = Name(metric.Name) + unit;
        return metric.DataCase switch
        {
            OtlpReceiver.Messages.Metric.DataOneofCase.Histogram => [$"{name}_bucket", $"{name}_count", $"{name}_sum"],
            OtlpReceiver.Messages.Metric.DataOneofCase.Sum when metric.Sum.IsMonotonic => [$"{name}_total"],
            _ => [name],
        };
    }

    private static string Name(string name) => name.Replace('.', '_').Replace('-', '_');

    [GeneratedRegex(@"\b(gen_ai|orleansai|http|dotnet)_[a-z0-9_]+(?=[{\[])")]
    private static partial Regex Metric();

    [GeneratedRegex(@"\bby \(([^)]+)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"[{,]\s*([a-z_]+)(=|!=|=~|!~)""")]
    private static partial Regex Matcher();
}
