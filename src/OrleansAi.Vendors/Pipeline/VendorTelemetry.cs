using System.Diagnostics;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Telemetry;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>
/// Spans and metrics of model calls, as the OpenTelemetry GenAI conventions have them. No content is ever in them: the run's id leads to
/// its record, which has all of it for those who may read it.
/// </summary>
internal static class VendorTelemetry
{
    public static Activity? Start(IVendorAdapter adapter, ModelCall call, bool isStream)
    {
        if (!TelemetrySources.Activities.HasListeners())
        {
            return null;
        }

        var activity = TelemetrySources.Activities.StartActivity($"{GenAiMetrics.Chat} {call.Model}", ActivityKind.Client);
        if (activity is null)
        {
            return null;
        }

        Set(TelemetryNames.GenAiOperation, GenAiMetrics.Chat);
        Set(TelemetryNames.GenAiProvider, adapter.Provider);
        Set(TelemetryNames.GenAiRequestModel, call.Model);
        Set(TelemetryNames.GenAiConversationId, call.ConversationId);
        Set("gen_ai.output.type", call.OutputFormat is null ? null : "json");
        Set("gen_ai.request.stream", isStream ? true : null);
        Set("gen_ai.request.max_tokens", call.Sampling.MaxOutputTokens);
        Set("gen_ai.request.temperature", call.Sampling.Temperature);
        Set("gen_ai.request.top_p", call.Sampling.TopP);
        Set("gen_ai.request.presence_penalty", call.Sampling.PresencePenalty);
        Set("gen_ai.request.frequency_penalty", call.Sampling.FrequencyPenalty);
        Set("gen_ai.request.seed", call.Sampling.Seed);
        Set("gen_ai.request.stop_sequences", call.Sampling.Stop is { Count: > 0 } stop ? stop.ToArray() : null);
        Set("gen_ai.request.reasoning.level", SemanticConventions.IsLatest ? call.ReasoningEffort : null);
        Set("server.address", adapter.Address?.Host);
        Set("server.port", adapter.Address?.Port);
        Set(TelemetryNames.RunId, call.RunId);
        Set(TelemetryNames.Vendor, call.Vendor);
        Set(TelemetryNames.Route, call.Route);
        return activity;

        void Set(string name, object? value)
        {
            if (value is not null)
            {
                activity.SetTag(name, value);
            }
        }
    }

    /// <summary>The tags of every metric of a call; bounded, for vendors and models are configured.</summary>
    public static TagList Tags(IVendorAdapter adapter, ModelCall call) => new()
    {
        { TelemetryNames.GenAiOperation, GenAiMetrics.Chat },
        { TelemetryNames.GenAiProvider, adapter.Provider },
        { TelemetryNames.GenAiRequestModel, call.Model },
    };

    public static void Stop(
        Activity? activity, IVendorAdapter adapter, ModelCall call, ModelResult result, StreamChunks? chunks, TimeSpan elapsed)
    {
        var tags = Tags(adapter, call);
        if (result.ServedModel is { } served)
        {
            tags.Add(TelemetryNames.GenAiResponseModel, served);
            activity?.SetTag(TelemetryNames.GenAiResponseModel, served);
        }

        if (result.Usage is { } usage)
        {
            GenAiMetrics.RecordUsage(tags, usage);
            activity?.SetTag(TelemetryNames.GenAiInputTokens, usage.InputTokens);
            activity?.SetTag(TelemetryNames.GenAiOutputTokens, usage.OutputTokens);
            activity?.SetTag(TelemetryNames.GenAiCachedTokens, usage.CachedTokens);
            activity?.SetTag(TelemetryNames.GenAiReasoningTokens, usage.ReasoningTokens);
        }

        if (chunks?.First is { } first)
        {
            GenAiMetrics.RecordFirstChunk(tags, first);
            activity?.SetTag("gen_ai.response.time_to_first_chunk", first.TotalSeconds);
        }

        if (result.Error is { } error)
        {
            tags.Add(TelemetryNames.ErrorType, error.Code);
            activity?.SetTag(TelemetryNames.ErrorType, error.Code);
            activity?.SetStatus(ActivityStatusCode.Error, error.Code);
        }

        GenAiMetrics.RecordInference(tags, elapsed);
        if (activity is not null)
        {
            Describe(activity, adapter, result);
        }
    }

    private static void Describe(Activity activity, IVendorAdapter adapter, ModelResult result)
    {
        activity.SetTag("gen_ai.response.finish_reasons", new[] { FinishReasonName(result) });
        if (result.VendorRequestId is { } id)
        {
            activity.SetTag("gen_ai.response.id", id);
        }

        if (result.Fingerprint is { } fingerprint)
        {
            var isOpenAi = adapter.Provider is "openai" or "azure.ai.openai";
            activity.SetTag(isOpenAi ? "openai.response.system_fingerprint" : "orleansai.vendor.fingerprint", fingerprint);
        }

        if (result.Verdicts.Count > 0)
        {
            activity.SetTag("orleansai.verdicts", result.Verdicts.Select(static verdict => verdict.Name).Distinct().ToArray());
        }

        activity.SetTag("orleansai.vendor.attempts", result.Attempts.Count);
        foreach (var (index, attempt) in result.Attempts.Index())
        {
            activity.AddEvent(new ActivityEvent("orleansai.vendor.attempt", tags: Describe(index + 1, attempt)));
        }
    }

    private static ActivityTagsCollection Describe(int number, VendorAttempt attempt)
    {
        var tags = new ActivityTagsCollection
        {
            ["orleansai.vendor.attempt.number"] = number,
            ["orleansai.vendor.attempt.outcome"] = attempt.Outcome,
            ["orleansai.vendor.attempt.milliseconds"] = attempt.LatencyMilliseconds,
            ["orleansai.vendor.attempt.billing"] = attempt.Billing.ToString(),
        };
        Add("orleansai.vendor.attempt.cause", attempt.Cause);
        Add("orleansai.vendor.attempt.contract", attempt.Contract);
        Add("orleansai.vendor.attempt.request_hash", attempt.RequestHash);
        Add("orleansai.vendor.attempt.response_hash", attempt.ResponseHash);
        Add("http.response.status_code", attempt.HttpStatus);
        return tags;

        void Add(string name, object? value)
        {
            if (value is not null)
            {
                tags[name] = value;
            }
        }
    }

    private static string FinishReasonName(ModelResult result) => result switch
    {
        { Error: not null } => "error",
        { FinishReason: FinishReason.Length } => "length",
        { FinishReason: FinishReason.ContentFilter or FinishReason.Refusal } => "content_filter",
        { FinishReason: FinishReason.ToolCalls } => "tool_calls",
        _ => "stop",
    };
}
