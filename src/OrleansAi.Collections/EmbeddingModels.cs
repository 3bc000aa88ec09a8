using System.Collections.Concurrent;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Vectors;

namespace OrleansAi.Collections;

/// <summary>
/// Which embedding model a route leads to: only an answer of the vendor says so exactly. What one said is believed for some minutes, so that making
/// collections does not cost a call each. A belief that is wrong by then cannot mix anything: vectors of another model are refused. Safe for any number of threads.
/// </summary>
/// <param name="embeddings">What makes vectors.</param>
/// <param name="time">The clock.</param>
public sealed class EmbeddingModels(IEmbeddingExecutor embeddings, TimeProvider time)
{
    private const int MostRoutes = 1_000;
    private static readonly TimeSpan BelievedFor = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, (EmbeddingModel Model, DateTimeOffset Until)> _known = new(StringComparer.Ordinal);

    /// <summary>The model of a route.</summary>
    /// <param name="route">The route; null for the default one.</param>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ModelNotFound"/>, or why there are no vectors.</exception>
    public async Task<EmbeddingModel> OfAsync(string? route)
    {
        var now = time.GetUtcNow();
        if (_known.TryGetValue(route ?? "", out var known) && known.Until > now)
        {
            return known.Model;
        }

        var request = new EmbeddingRequest { Route = route, Inputs = ["What is this model?"], Deadline = (now + LongestProbe).ToUnixTimeMilliseconds() };
        var model = Models.Of((await embeddings.EmbedAsync(request, CancellationToken.None)).ThrowIfFailed());
        if (_known.Count < MostRoutes)
        {
            _known[route ?? ""] = (model, now + BelievedFor);
        }

        return model;
    }
}
