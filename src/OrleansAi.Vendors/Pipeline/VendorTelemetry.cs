using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Telemetry;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>Spans and metrics of vendor calls, as the OpenTelemetry GenAI conventions 1.41 have them.</summary>
internal static class VendorTelemetry
{
    private const string Chat = "chat";
    public static readonly ActivitySource Activities = new(TelemetryNames.Source);
    private static readonly Meter Meter = new(TelemetryNames.Source);

    public static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "gen_ai.client.operation.duration",
        "s",
        "GenAI operation duration.",
        tags: null,
        new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
        });

    public static readonly Histogram<int> Tokens = Meter.CreateHistogram(
        "gen_ai.client.token.usage",
        "{token}",
        "Number of input and output tokens used.",
        tags: null,
        new InstrumentAdvice<int>
        {
            HistogramBucketBoundaries =
                [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864],
        });

    public static Activity? Start(IVendorAdapter adapter, ModelCall call, bool isStream)
    {
        if (!Activities.HasListeners())
        {
            return null;
        }

        var activity = Activities.StartActivity($"{Chat} {call.Model}", ActivityKind.Client);
        activity?.SetTag(TelemetryNames.GenAiOperation, Chat);
        activity?.SetTag(TelemetryNames.GenAiProvider, adapter.Provider);
        activity?.SetTag(TelemetryNames.GenAiRequestModel, call.Model);
        activity?.SetTag(TelemetryNames.RunId, call.RunId);
        if (isStream)
        {
            activity?.SetTag("gen_ai.request.stream", true);
        }

        Set("gen_ai.request.max_tokens", call.Sampling.MaxOutputTokens);
        Set("gen_ai.request.temperature", call.Sampling.Temperature);
        Set("gen_ai.request.top_p", call.Sampling.TopP);
        Set("gen_ai.request.presence_penalty", call.Sampling.PresencePenalty);
        Set("gen_ai.request.frequency_penalty", call.Sampling.FrequencyPenalty);
        if (adapter.Address is { } address)
        {
            activity?.SetTag("server.address", address.Host);
            activity?.SetTag("server.port", address.Port);
        }

        return activity;

        void Set(string name, object? value)
        {
            if (value is not null)
            {
                activity?.SetTag(name, value);
            }
        }
    }

    public static void Stop(Activity? activity, IVendorAdapter adapter, ModelCall call, ModelResult result, TimeSpan elapsed)
    {
        var tags = new TagList
        {
            { TelemetryNames.GenAiOperation, Chat },
            { TelemetryNames.GenAiProvider, adapter.Provider },
            { TelemetryNames.GenAiRequestModel, call.Model },
        };
        if (result.ServedModel is { } served)
        {
            tags.Add(TelemetryNames.GenAiResponseModel, served);
            activity?.SetTag(TelemetryNames.GenAiResponseModel, served);
        }

        if (result.Usage is { } usage)
        {
            var (input, output) = (tags, tags);
            input.Add("gen_ai.token.type", "input");
            output.Add("gen_ai.token.type", "output");
            Tokens.Record(usage.InputTokens, input);
            Tokens.Record(usage.OutputTokens, output);
            activity?.SetTag(TelemetryNames.GenAiInputTokens, usage.InputTokens);
            activity?.SetTag(TelemetryNames.GenAiOutputTokens, usage.OutputTokens);
        }

        activity?.SetTag("orleansai.vendor.attempts", result.Attempts.Count);
        activity?.SetTag("gen_ai.response.finish_reasons", new[] { FinishReasonName(result) });
        if (result.Error is { } error)
        {
            tags.Add("error.type", error.Code);
            activity?.SetTag("error.type", error.Code);
            activity?.SetStatus(ActivityStatusCode.Error, error.Code);
        }

        Duration.Record(elapsed.TotalSeconds, tags);
    }

    private static string FinishReasonName(ModelResult result) => result switch
    {
        { Error: not null } => "error",
        { FinishReason: FinishReason.Length } => "length",
        { FinishReason: FinishReason.ContentFilter } => "content_filter",
        _ => "stop",
    };
}
