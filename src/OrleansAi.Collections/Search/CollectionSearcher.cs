using OrleansAi.Collections.Storage;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Search;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Collections.Search;

/// <summary>
/// Answers questions to a collection: at the newest version that anybody was told of, or at one that is asked for on purpose. All shards
/// answer with that same version, or are named as missing. Not safe for several threads; a grain owns it and may interleave.
/// </summary>
/// <param name="collection">The collection.</param>
/// <param name="ledger">Its stream.</param>
/// <param name="contents">Its contents.</param>
/// <param name="embeddings">What makes the questions' vectors.</param>
/// <param name="shards">The way to the shards.</param>
/// <param name="time">The clock.</param>
public sealed class CollectionSearcher(
    Collection collection,
    CollectionLedger ledger,
    CollectionContents contents,
    IEmbeddingExecutor embeddings,
    IShardCalls shards,
    TimeProvider time)
{
    /// <summary>The most questions of one search.</summary>
    public const int MostQueries = 8;

    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(10);
    private readonly DocumentTexts _texts = new(contents);
    private readonly ShardCollector _collector = new(shards, time);

    /// <summary>Answers.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.InvalidRequest"/>, <see cref="ErrorCodes.VersionNotReached"/>, <see cref="ErrorCodes.VersionNotRetained"/>,
    /// <see cref="ErrorCodes.EmbeddingModelMismatch"/>.
    /// </exception>
    public Task<CollectionAnswer> SearchAsync(CollectionSearch search) =>
        RetrievalTelemetry.TracedAsync(ledger.Id, search, time, () => AnswerAsync(search));

    private async Task<CollectionAnswer> AnswerAsync(CollectionSearch search)
    {
        Check(search);
        var deadline = search.Deadline > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(search.Deadline) : time.GetUtcNow() + DefaultDeadline;
        var state = await collection.ReadAsync();
        var version = VersionReads.Resolve(state, search.MinVersion, search.AtVersion);
        EmbeddingResult? vectors = null;
        IndexGeneration? generation = null;
        var tokens = 0;

        // Resolved after the wait for the vectors: what was acknowledged meanwhile is in the answer, too. Where the embedding model was changed meanwhile,
        // there are vectors of that one before it is asked.
        while (generation != state.GenerationAt(version))
        {
            generation = state.GenerationAt(version);
            vectors = await EmbedAsync(search, generation, deadline);
            tokens += vectors?.Usage?.InputTokens ?? 0;
            state = ledger.State;
            version = VersionReads.Resolve(state, search.MinVersion, search.AtVersion);
        }

        await ledger.SettleAsync();
        var numbers = state.ShardsAt(version);
        var answers = new List<SearchAnswer>();
        for (var i = 0; i < search.Queries.Count; i++)
        {
            var question = new ShardQuestion
            {
                Version = version,
                Text = search.LexicalWeight > 0 ? search.Queries[i] : "",
                Vector = vectors is null ? [] : vectors.Vectors.BytesOf(i).ToArray(),
                Model = vectors is null ? null : generation!.Model.Name,
                Filter = search.Filter,
                MaxResults = search.MaxResults,
                LexicalWeight = search.LexicalWeight,
                VectorWeight = search.VectorWeight,
            };
            answers.Add(await _collector.AskAsync(question, search.ScoreThreshold, numbers, deadline));
        }

        var passages = await ViewsAsync([.. Merge(answers, search.MaxResults)], version);
        await collection.TouchAsync();
        return new CollectionAnswer
        {
            Version = version,
            Passages = passages,
            QueryTokens = tokens,
            Missing = [.. answers.SelectMany(static answer => answer.Missing).Select(static shard => $"shard {shard.Shard}: {shard.Reason}").Distinct()],
        };
    }

    private static void Check(CollectionSearch search)
    {
        if (search.Queries.Count is 0 or > MostQueries || search.Queries.Any(string.IsNullOrWhiteSpace))
        {
            throw CollectionErrors.Invalid($"A search has 1 to {MostQueries} questions, none of them empty.", "query");
        }

        foreach (var query in search.Queries)
        {
            new SearchRequest
            {
                Text = query,
                Filter = ShardWords.FilterOf(search.Filter),
                Ranking = new RankingOptions
                {
                    MaxResults = search.MaxResults,
                    ScoreThreshold = search.ScoreThreshold,
                    LexicalWeight = search.LexicalWeight,
                    VectorWeight = search.VectorWeight,
                },
            }.Check();
        }
    }

    private static IEnumerable<Passage> Merge(IReadOnlyList<SearchAnswer> answers, int most) => answers.Count == 1
        ? answers[0].Passages
        : answers.SelectMany(static answer => answer.Passages)
            .OrderByDescending(static passage => passage.Score)
            .DistinctBy(static passage => (passage.Document.Id, passage.Chunk.Index))
            .Take(most);

    private async Task<EmbeddingResult?> EmbedAsync(CollectionSearch search, IndexGeneration generation, DateTimeOffset deadline)
    {
        if (search.VectorWeight == 0)
        {
            return null;
        }

        if (search.Vectors is { } given && search.VectorModel == generation.Model.Name && given.Dimensions == generation.Model.Dimensions
            && given.Count == search.Queries.Count)
        {
            return new EmbeddingResult { Vendor = "", Model = generation.Model.Name, Vectors = given };
        }

        var request = new EmbeddingRequest { Route = generation.Route, Inputs = search.Queries, Deadline = deadline.ToUnixTimeMilliseconds() };
        var result = (await embeddings.EmbedAsync(request, CancellationToken.None)).ThrowIfFailed();
        Models.Require(generation, result);
        return result;
    }

    private async Task<IReadOnlyList<PassageView>> ViewsAsync(IReadOnlyList<Passage> passages, long version)
    {
        // Only retention takes a version away, and then the answer has to be asked for again.
        var documents = passages.Select(passage => ledger.State.DocumentAt(passage.Document.Id, version) ?? throw new OrleansAiException(
            ErrorCodes.VersionNotRetained, $"Version {version} of the collection was let go while it was read.")).ToArray();
        var texts = await _texts.ReadAsync(
            ledger.Seal, [.. passages.Select((passage, i) => documents[i].Text is { } text ? (text, passage.Chunk.Span) : ("", default))]);
        return [.. passages.Select((passage, i) => ViewOf(passage, documents[i], texts[i]))];
    }

    private static PassageView ViewOf(Passage passage, ManifestDocument document, string text) => new()
    {
        DocumentId = document.Id,
        Name = document.Name,
        DocumentHash = document.Hash.ToString(),
        Attributes = document.Attributes.ToDictionary(static attribute => attribute.Key, static attribute => Views.Of(attribute.Value)),
        Score = passage.Score,
        Index = passage.Chunk.Index,
        Start = passage.Chunk.Span.Start,
        Text = text,
        Tokens = passage.Chunk.Tokens,
        HeadingPath = passage.Chunk.HeadingPath,
    };
}
