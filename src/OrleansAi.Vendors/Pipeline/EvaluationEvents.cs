using System.Collections;
using Microsoft.Extensions.Logging;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Telemetry;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>
/// The event <c>gen_ai.evaluation.result</c> of the OpenTelemetry GenAI conventions, one for each verdict, written while the span of the
/// judged call is current. The names of its attributes have dots, which the source generator for log lines does not take.
/// </summary>
internal static class EvaluationEvents
{
    private static readonly EventId Event = new(2020, "gen_ai.evaluation.result");

    public static void Write(ILogger? logger, ModelCall call, ModelResult result)
    {
        if (result.Verdicts.Count == 0 || logger?.IsEnabled(LogLevel.Information) != true)
        {
            return;
        }

        foreach (var verdict in result.Verdicts)
        {
            logger.Log(LogLevel.Information, Event, new State(call.RunId, verdict, result.VendorRequestId), null, static (state, _) => state.ToString());
        }
    }

    private sealed class State(string runId, Verdict verdict, string? responseId) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        private readonly KeyValuePair<string, object?>[] _values =
        [
            new("gen_ai.evaluation.name", verdict.Name),
            new("gen_ai.evaluation.score.label", "found"),
            new(TelemetryNames.RunId, runId),
            .. verdict.Detail is { } detail ? [new("gen_ai.evaluation.explanation", detail)] : Array.Empty<KeyValuePair<string, object?>>(),
            .. responseId is { } id ? [new("gen_ai.response.id", id)] : Array.Empty<KeyValuePair<string, object?>>(),
        ];

        public int Count => _values.Length;

        public KeyValuePair<string, object?> this[int index] => _values[index];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _values.AsEnumerable().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => $"Run {runId}: {verdict.Name}.";
    }
}
