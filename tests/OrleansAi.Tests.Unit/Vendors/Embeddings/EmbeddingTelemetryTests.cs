using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrleansAi.Contracts.Telemetry;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Embeddings;

/// <summary>Spans and metrics of embedding calls, by the GenAI conventions.</summary>
public sealed class EmbeddingTelemetryTests
{
    [Fact]
    public async Task Call_HasItsSpanAndItsMetrics()
    {
        var model = $"model-{Guid.CreateVersion7():N}";
        var spans = new ConcurrentQueue<Activity>();
        var values = new ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)>();
        using var spanListener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == TelemetryNames.Source,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(spanListener);
        using var meterListener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == TelemetryNames.Source)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        meterListener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => values.Enqueue((instrument.Name, value, Read(tags))));
        meterListener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => values.Enqueue((instrument.Name, value, Read(tags))));
        meterListener.Start();
        await using var vendors = await SimulatedEmbeddings.StartAsync([Wire.OpenAiChat], route: route => route.Candidates[0].Model = model);
        vendors.Simulator.Respond = static call => call.Number == 1
            ? new Reply { InputTokens = 42, ServedModel = "served-1" }
            : new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = 503 } };

        await vendors.EmbedAsync("one", "two");
        await vendors.EmbedAsync("three");

        var (first, second) = (spans.Single(span => Is(span, model, error: false)), spans.Single(span => Is(span, model, error: true)));
        Assert.Equal(($"embeddings {model}", ActivityKind.Client), (first.DisplayName, first.Kind));
        Assert.Equal(
            ("embeddings", "openai", "served-1", 42, 8, "127.0.0.1"),
            ((string)first.GetTagItem("gen_ai.operation.name")!, (string)first.GetTagItem("gen_ai.provider.name")!, (string)first.GetTagItem("gen_ai.response.model")!,
                (int)first.GetTagItem("gen_ai.usage.input_tokens")!, (int)first.GetTagItem("gen_ai.embeddings.dimension.count")!, (string)first.GetTagItem("server.address")!));
        Assert.Equal(["base64"], (string[])first.GetTagItem("gen_ai.request.encoding_formats")!);
        Assert.Equal("vendor_unavailable", second.GetTagItem("error.type"));
        Assert.DoesNotContain(first.TagObjects, static tag => tag.Value is string text && text.Contains("two", StringComparison.Ordinal));

        var ours = values.Where(value => (string?)value.Tags.GetValueOrDefault("gen_ai.request.model") == model).ToList();
        Assert.Equal(2, ours.Count(static value => value.Name == "gen_ai.client.operation.duration"));
        var tokens = Assert.Single(ours, static value => value.Name == "gen_ai.client.token.usage");
        Assert.Equal((42, "input", "embeddings"), ((int)tokens.Value, (string)tokens.Tags["gen_ai.token.type"]!, (string)tokens.Tags["gen_ai.operation.name"]!));
    }

    private static bool Is(Activity span, string model, bool error) =>
        (string?)span.GetTagItem("gen_ai.request.model") == model && span.GetTagItem("error.type") is not null == error;

    private static Dictionary<string, object?> Read(ReadOnlySpan<KeyValuePair<string, object?>> tags) => new(tags.ToArray());
}
