using System.Diagnostics;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Telemetry;

namespace OrleansAi.Vendors.Embeddings;

/// <summary>Spans and metrics of embedding calls, as the OpenTelemetry GenAI conventions 1.41 have them.</summary>
internal static class EmbeddingTelemetry
{
    private const string Embeddings = "embeddings";

    public static Activity? Start(IEmbeddingAdapter adapter, EmbeddingCall call)
    {
        if (!TelemetrySources.Activities.HasListeners())
        {
            return null;
        }

        var activity = TelemetrySources.Activities.StartActivity($"{Embeddings} {call.Model}", ActivityKind.Client);
        activity?.SetTag(TelemetryNames.GenAiOperation, Embeddings);
        activity?.SetTag(TelemetryNames.GenAiProvider, adapter.Provider);
        activity?.SetTag(TelemetryNames.GenAiRequestModel, call.Model);
        activity?.SetTag("orleansai.embeddings.inputs", call.Inputs.Count);
        if (adapter.EncodingFormat is { } format)
        {
            activity?.SetTag("gen_ai.request.encoding_formats", new[] { format });
        }

        if (adapter.Address is { } address)
        {
            activity?.SetTag("server.address", address.Host);
            activity?.SetTag("server.port", address.Port);
        }

        return activity;
    }

    public static void Stop(Activity? activity, IEmbeddingAdapter adapter, EmbeddingCall call, EmbeddingResult result, TimeSpan elapsed)
    {
        var tags = new TagList
        {
            { TelemetryNames.GenAiOperation, Embeddings },
            { TelemetryNames.GenAiProvider, adapter.Provider },
            { TelemetryNames.GenAiRequestModel, call.Model },
        };
        if (result.ServedModel is { } served)
        {
            tags.Add(TelemetryNames.GenAiResponseModel, served);
            activity?.SetTag(TelemetryNames.GenAiResponseModel, served);
            activity?.SetTag("gen_ai.embeddings.dimension.count", result.Vectors.Dimensions);
        }

        if (result.Usage is { } usage)
        {
            GenAiMetrics.RecordUsage(tags, usage, hasOutput: false);
            activity?.SetTag(TelemetryNames.GenAiInputTokens, usage.InputTokens);
        }

        activity?.SetTag("orleansai.vendor.attempts", result.Attempts.Count);
        if (result.Error is { } error)
        {
            tags.Add(TelemetryNames.ErrorType, error.Code);
            activity?.SetTag(TelemetryNames.ErrorType, error.Code);
            activity?.SetStatus(ActivityStatusCode.Error, error.Code);
        }

        GenAiMetrics.RecordDuration(tags, elapsed);
    }
}
