using OrleansAi.OtlpReceiver;
using OrleansAi.OtlpReceiver.Messages;
using Xunit;

namespace OrleansAi.Tests.EndToEnd.Telemetry;

/// <summary>Everything that a silo exports while it takes turns with tools, fallback, retries and failures and searches a collection.</summary>
public sealed class CollectorTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Export_OfTurnsAndSearches_FollowsTheConventions(bool isLatest)
    {
        await using var silo = await ObservedSilo.RunAsync(
            isLatest ? [("OTEL_SEMCONV_STABILITY_OPT_IN", "http/dup, gen_ai_latest_experimental")] : []);
        var received = silo.Received;
        var spans = received.Spans.ToList();

        Assert.Empty(received.Faults);
        None(SpanRules.Faults(spans, isLatest));
        None(MetricRules.Faults(received.Metrics, isLatest));
        None(MetricRules.Faults(received.Logs, spans, ObservedSilo.Secrets));
        None([.. ObservedSilo.Secrets.Where(secret => spans.Exists(span => span.Span.ToString().Contains(secret, StringComparison.Ordinal)))]);

        // Every turn has its one trace, and what happened is told.
        var turns = silo.Runs.ConvertAll(run => spans.Single(span => span.Name == "turn" && Text(span, "orleansai.run.id") == run));
        Assert.Equal(["Completed", "Completed", "Failed", "Completed", "Completed", "Completed"], turns.Select(static turn => Text(turn, "orleansai.run.status")));
        Assert.All(turns, turn => Assert.Equal(silo.Conversation, Text(turn, "gen_ai.conversation.id")));
        Assert.Equal(
            [
                "m-first error, m-second tool_calls", "m-second stop", "m-second error, m-first error", "m-second content_filter", "extractive stop",
                "m-third error, m-fourth tool_calls",
            ],
            turns.Select(turn => string.Join(", ", spans
                .Where(span => span.TraceId == turn.TraceId && SpanRules.KindOf(span) == "chat")
                .OrderBy(static span => span.Span.StartTimeUnixNano)
                .Select(static span => $"{Text(span, "gen_ai.request.model")} {span["gen_ai.response.finish_reasons"]!.ArrayValue.Values[0].StringValue}"))));

        var retried = spans.Single(span => span.TraceId == turns[1].TraceId && SpanRules.KindOf(span) == "chat");
        Assert.Equal(
            ["server_error 500", " "],
            retried.Span.Events.Select(static one => $"{Text(one, "orleansai.vendor.attempt.cause")} {Number(one, "http.response.status_code")}"));
        Assert.Contains(received.Logs, log => log.Record.EventName == "gen_ai.evaluation.result"
            && log["gen_ai.evaluation.name"]!.StringValue == "served_model_differs" && log.SpanId == retried.Id);

        // Asked for by itself, a search has its own trace; in a turn it stands below its step, and the embedding below its own.
        var searches = spans.Where(span => span.Name == $"retrieval {silo.Collection}").OrderBy(static span => span.Span.StartTimeUnixNano).ToList();
        Assert.Equal(2, searches.Count);
        Assert.Contains(spans, span => span.TraceId == searches[0].TraceId && SpanRules.KindOf(span) == "embeddings");
        Assert.Equal(turns[5].TraceId, searches[1].TraceId);
        var told = spans.Where(span => span.TraceId == turns[5].TraceId).ToList();
        Assert.Equal(
            ["embedding", "retrieval", "prompt_assembly", "model_execution"],
            told.Where(static span => Text(span, "orleansai.stage") is { } stage && stage == span.Name)
                .OrderBy(static span => span.Span.StartTimeUnixNano).Select(static span => span.Name));
        Assert.Equal("retrieval", Below(told, searches[1]));
        Assert.Equal("embedding", Below(told, told.Single(static span => SpanRules.KindOf(span) == "embeddings")));

        // An exemplar of a metric leads to the run that made it.
        var durations = received.Metrics.Where(static metric => metric.Metric.Name == "orleansai.turn.duration").ToList();
        Assert.Contains(durations.SelectMany(static metric => metric.Exemplars), exemplar =>
            turns.Exists(turn => turn.TraceId == Convert.ToHexStringLower(exemplar.TraceId.Span) && turn.Id == Convert.ToHexStringLower(exemplar.SpanId.Span)));
        Assert.Contains(received.Metrics, metric => metric.Metric.Name
            == (isLatest ? "gen_ai.client.inference.usage.reasoning.output_tokens" : "gen_ai.client.token.usage"));
    }

    private static void None(IReadOnlyList<string> faults) => Assert.True(faults.Count == 0, string.Join('\n', faults.Take(30)));

    // The name of the step above a span.
    private static string? Below(List<ReceivedSpan> trace, ReceivedSpan span)
    {
        var above = trace.Find(other => other.Id == span.ParentId);
        return above is null || Text(above, "orleansai.stage") == above.Name ? above?.Name : Below(trace, above);
    }

    private static string? Text(ReceivedSpan span, string name) => span[name]?.StringValue;

    private static string? Text(Span.Types.Event one, string name) => Attributes.Find(one.Attributes, name)?.StringValue;

    private static long? Number(Span.Types.Event one, string name) => Attributes.Find(one.Attributes, name)?.IntValue;
}
