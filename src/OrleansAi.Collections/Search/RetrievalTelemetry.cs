using System.Diagnostics;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Telemetry;

namespace OrleansAi.Collections.Search;

/// <summary>The span and the metric of a search, as the OpenTelemetry GenAI conventions have them; neither has the question or what was found.</summary>
internal static class RetrievalTelemetry
{
    private const string Retrieval = "retrieval";
    private const string Provider = "orleansai";

    public static async Task<CollectionAnswer> TracedAsync(
        string collection, CollectionSearch search, TimeProvider time, Func<Task<CollectionAnswer>> answerAsync)
    {
        using var activity = Start(collection, search);
        var began = time.GetTimestamp();
        string? error = null;
        try
        {
            var answer = await answerAsync();
            activity?.SetTag(TelemetryNames.CollectionVersion, answer.Version);
            activity?.SetTag("orleansai.retrieval.passages", answer.Passages.Count);
            activity?.SetTag("orleansai.retrieval.missing_shards", answer.Missing.Count);
            return answer;
        }
        catch (Exception exception)
        {
            error = (exception as OrleansAiException)?.Code ?? ErrorCodes.Internal;
            throw;
        }
        finally
        {
            End(activity, error, time.GetElapsedTime(began));
        }
    }

    private static Activity? Start(string collection, CollectionSearch search)
    {
        if (!TelemetrySources.Activities.HasListeners())
        {
            return null;
        }

        var activity = TelemetrySources.Activities.StartActivity($"{Retrieval} {collection}", ActivityKind.Client);
        activity?.SetTag(TelemetryNames.GenAiOperation, Retrieval);
        activity?.SetTag(TelemetryNames.GenAiProvider, Provider);
        activity?.SetTag(TelemetryNames.GenAiDataSourceId, collection);
        activity?.SetTag(SemanticConventions.IsLatest ? "gen_ai.retrieval.top_k" : "gen_ai.request.top_k", search.MaxResults);
        return activity;
    }

    private static void End(Activity? activity, string? error, TimeSpan elapsed)
    {
        var tags = new TagList
        {
            { TelemetryNames.GenAiOperation, Retrieval },
            { TelemetryNames.GenAiProvider, Provider },
        };
        if (error is not null)
        {
            tags.Add(TelemetryNames.ErrorType, error);
            activity?.SetTag(TelemetryNames.ErrorType, error);
            activity?.SetStatus(ActivityStatusCode.Error, error);
        }

        GenAiMetrics.RecordDuration(tags, elapsed);
    }
}
