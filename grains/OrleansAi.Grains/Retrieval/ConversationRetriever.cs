using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Engine.Retrieval;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Retrieval;

/// <summary>
/// A conversation's way to the collections of its tenant, with its cache. It runs on the scheduler of the conversation's activation and
/// goes when that does.
/// </summary>
internal sealed class ConversationRetriever(IGrainFactory grains, IEmbeddingExecutor embeddings, TimeProvider time, string tenant) : IRetriever
{
    private readonly RetrievalCache _cache = new();

    public async Task<QuestionVectors> EmbedAsync(RetrievalWish wish, long deadline, CancellationToken cancellationToken)
    {
        var known = await Task.WhenAll(wish.Search.Collections.Distinct(StringComparer.Ordinal).Select(id => ConfirmAsync(wish, id, deadline, cancellationToken)));
        var heads = known.Where(static one => one.Head is not null).ToList();
        var vectors = new Dictionary<string, EmbeddingVectors>(StringComparer.Ordinal);
        if (wish.Search.VectorWeight != 0)
        {
            foreach (var route in heads.Where(one => !_cache.Has(wish, one.Id, one.Head!.Version)).Select(static one => one.Head!.EmbeddingRoute).Distinct())
            {
                var request = new EmbeddingRequest { Route = route, Inputs = [wish.Query], Deadline = deadline };
                var result = (await embeddings.EmbedAsync(request, cancellationToken)).ThrowIfFailed();
                vectors[result.ServedModel ?? result.Model] = result.Vectors;
            }
        }

        return new QuestionVectors([.. heads.Select(static one => new ConfirmedHead(one.Id, one.Head!.Version, one.Head.EmbeddingModel))], vectors);
    }

    public async Task<CollectionPassages?> SearchAsync(
        RetrievalWish wish, ConfirmedHead head, EmbeddingVectors? vector, long deadline, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        if (_cache.Find(wish, head.Id, head.Version) is { } cached)
        {
            RetrievalMetrics.Record(isHit: true, time.GetElapsedTime(started));
            return new CollectionPassages(
                cached,
                new SearchedCollection
                {
                    Id = head.Id,
                    Version = head.Version,
                    EmbeddingModel = head.Model,
                    IsCached = true,
                    IsAtVersion = IsAsked(wish, head.Id),
                });
        }

        var search = new CollectionSearch
        {
            Queries = [wish.Query],
            Filter = wish.Search.Filter,
            MaxResults = wish.MaxResults,
            ScoreThreshold = wish.Search.ScoreThreshold,
            LexicalWeight = wish.Search.LexicalWeight ?? 1,
            VectorWeight = wish.Search.VectorWeight ?? 1,

            // Never older than what was confirmed, whoever answers.
            MinVersion = wish.VersionOf(head.Id) is null ? head.Version : wish.LeastVersionOf(head.Id),
            AtVersion = wish.VersionOf(head.Id),
            Deadline = deadline,
            Vectors = vector,
            VectorModel = vector is null ? null : head.Model,
        };
        if (await AskAsync(wish, () => Collection(head.Id).Search(search), deadline, cancellationToken) is not { } answer)
        {
            return null;
        }

        RetrievedPassage[] passages = [.. answer.Passages.Select(passage => Of(passage, head.Id, answer.Version))];
        if (answer.Missing.Count == 0)
        {
            _cache.Add(wish, head.Id, answer.Version, passages);
        }

        RetrievalMetrics.Record(isHit: false, time.GetElapsedTime(started));
        return new CollectionPassages(
            passages,
            new SearchedCollection
            {
                Id = head.Id,
                Version = answer.Version,
                EmbeddingModel = head.Model,
                Missing = answer.Missing,
                IsAtVersion = IsAsked(wish, head.Id),
            });
    }

    private async Task<(string Id, CollectionHead? Head)> ConfirmAsync(RetrievalWish wish, string id, long deadline, CancellationToken cancellationToken) =>
        (id, await AskAsync(wish, () => Collection(id).Confirm(wish.LeastVersionOf(id), wish.VersionOf(id)), deadline, cancellationToken));

    // The run is admitted, so trouble that passes is waited for as long as there is time.
    private async Task<T?> AskAsync<T>(RetrievalWish wish, Func<Task<T>> ask, long deadline, CancellationToken cancellationToken)
        where T : class
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await ask();
            }
            catch (OrleansAiException exception) when (exception.Code == ErrorCodes.CollectionNotFound && wish.IsOptional)
            {
                return null;
            }
            catch (OrleansAiException exception) when (exception is { IsTransient: true, Code: not ErrorCodes.VersionNotReached })
            {
                var pause = TimeSpan.FromMilliseconds(50 << Math.Min(attempt, 5));
                if ((time.GetUtcNow() + pause).ToUnixTimeMilliseconds() >= deadline)
                {
                    throw;
                }

                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    private static bool IsAsked(RetrievalWish wish, string id) => wish.Versions?.ContainsKey(id) == true;

    // An id that we never made cannot exist: it is refused here, before it can wake a grain.
    private ICollectionGrain Collection(string id) => Collection(grains, tenant, id);

    /// <summary>The owner of a collection.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.CollectionNotFound"/>: the id is none of ours.</exception>
    internal static ICollectionGrain Collection(IGrainFactory grains, string tenant, string id) =>
        id.Length <= 64 && IdText.IsPossible(id) && id.StartsWith(IdPrefixes.Collection, StringComparison.Ordinal)
            ? grains.GetGrain<ICollectionGrain>(StreamNames.Collection(tenant, id))
            : throw new OrleansAiException(ErrorCodes.CollectionNotFound, $"There is no vector store '{(id.Length <= 64 ? id : id[..64])}'.");

    private static RetrievedPassage Of(PassageView passage, string collection, long version) => new()
    {
        CollectionId = collection,
        Version = version,
        DocumentId = passage.DocumentId,
        DocumentHash = passage.DocumentHash,
        Name = passage.Name,
        Index = passage.Index,
        Start = passage.Start,
        Length = passage.Text.Length,
        Tokens = passage.Tokens,
        Score = passage.Score,
        Text = passage.Text,
        Attributes = passage.Attributes,
    };
}
