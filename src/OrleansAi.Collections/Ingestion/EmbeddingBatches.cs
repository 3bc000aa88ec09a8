using OrleansAi.Collections.Storage;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Errors;
using OrleansAi.Journal;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Collections.Ingestion;

/// <summary>
/// Embeds the texts of a collection's documents, batches across documents. One batch is under way at a time, and is durable before the next one begins:
/// whenever the process ends, at most one batch was paid for in vain. Not safe for several threads.
/// </summary>
internal sealed class EmbeddingBatches(
    CollectionLedger ledger, IEmbeddingExecutor embeddings, TimeProvider time, int batchSize, Action<string> passed)
{
    private static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(2);
    private readonly List<Wanted> _waiting = [];
    private bool _isAtWork;

    /// <summary>Embeds texts and stores the vectors in a document's cache.</summary>
    /// <param name="cache">The document's cache.</param>
    /// <param name="texts">What is not in it.</param>
    /// <param name="generation">The index that they are for.</param>
    /// <param name="isAlone">True for a document that has failed before: it is embedded by itself, so that no other fails for it again.</param>
    /// <param name="stored">Is told how many more are durable.</param>
    /// <param name="cancellationToken">Gives up what has not begun.</param>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.EmbeddingModelMismatch"/>, or why there are no vectors.</exception>
    public Task EmbedAsync(
        EmbeddingCache cache,
        IReadOnlyList<(ContentHash Hash, string Text)> texts,
        IndexGeneration generation,
        bool isAlone,
        Action<int> stored,
        CancellationToken cancellationToken)
    {
        var wanted = new Wanted(cache, texts, generation, isAlone, stored, cancellationToken);
        _waiting.Add(wanted);
        return _isAtWork ? wanted.Task : WorkAsync(wanted);
    }

    // Whoever finds nobody at work does the work of all, his own included.
    private async Task WorkAsync(Wanted own)
    {
        _isAtWork = true;
        try
        {
            while (_waiting.Count > 0)
            {
                await EmbedAsync(Take());
                _waiting.RemoveAll(static wanted => wanted.Task.IsCompleted);
            }
        }
        finally
        {
            _isAtWork = false;
        }

        await own.Task;
    }

    // Texts of the oldest documents, as many as a batch has.
    private List<Part> Take()
    {
        var (parts, left) = (new List<Part>(), batchSize);
        foreach (var wanted in _waiting)
        {
            if (wanted.CancellationToken.IsCancellationRequested)
            {
                wanted.TrySetCanceled(wanted.CancellationToken);
            }
            else if (left > 0 && (parts.Count == 0 || wanted.Fits(parts[0].Wanted)))
            {
                var texts = wanted.Next(left);
                left -= texts.Count;
                parts.Add(new Part(wanted, texts));
            }
        }

        return parts;
    }

    private async Task EmbedAsync(IReadOnlyList<Part> parts)
    {
        if (parts.Count == 0)
        {
            return;
        }

        try
        {
            await EmbedAndStoreAsync(parts);
        }
        catch (Exception exception) when (parts.Count > 1 && !IngestionFailures.MayPass(exception))
        {
            // Which of them it was is found by trying each alone: none fails for another.
            foreach (var part in parts)
            {
                await EmbedAsync([part]);
            }
        }
        catch (Exception exception)
        {
            foreach (var part in parts)
            {
                part.Wanted.TrySetException(exception);
            }
        }
    }

    private async Task EmbedAndStoreAsync(IReadOnlyList<Part> parts)
    {
        var generation = parts[0].Wanted.Generation;
        var texts = parts.SelectMany(static part => part.Texts).ToList();
        var request = new EmbeddingRequest
        {
            Route = generation.Route,
            Inputs = [.. texts.Select(static text => text.Text)],
            Dimensions = null,
            Deadline = (time.GetUtcNow() + LongestCall).ToUnixTimeMilliseconds(),
        };
        var result = (await embeddings.EmbedAsync(request, CancellationToken.None)).ThrowIfFailed();
        passed(IngestionStage.Embedded);
        Models.Require(generation, result);
        if (result.Vectors.Count != texts.Count)
        {
            throw new OrleansAiException(
                ErrorCodes.VendorContractViolated, $"{texts.Count} texts were to be embedded, {result.Vectors.Count} vectors came.");
        }

        var at = 0;
        var stores = new List<Task>();
        foreach (var part in parts)
        {
            stores.Add(StoreAsync(part, generation, result.Vectors.Slice(at, part.Texts.Count)));
            at += part.Texts.Count;
        }

        await Task.WhenAll(stores);
        passed(IngestionStage.EmbeddingsStored);
    }

    // Each document's vectors go to a stream of its own; appends that are made together are one transaction. One that fails fails for its document.
    private async Task StoreAsync(Part part, IndexGeneration generation, EmbeddingVectors vectors)
    {
        try
        {
            await part.Wanted.Cache.StoreAsync(ledger.Seal, generation.Model, [.. part.Texts.Select(static text => text.Hash)], vectors);
            part.Wanted.Stored(part.Texts.Count);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            part.Wanted.TrySetException(exception);
        }
    }

    private sealed record Part(Wanted Wanted, IReadOnlyList<(ContentHash Hash, string Text)> Texts);

    private sealed class Wanted(
        EmbeddingCache cache,
        IReadOnlyList<(ContentHash Hash, string Text)> texts,
        IndexGeneration generation,
        bool isAlone,
        Action<int> stored,
        CancellationToken cancellationToken) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        private int _taken;
        private int _stored;

        public EmbeddingCache Cache => cache;

        public IndexGeneration Generation => generation;

        public CancellationToken CancellationToken => cancellationToken;

        public bool IsAlone => isAlone;

        public bool Fits(Wanted other) => !isAlone && !other.IsAlone && generation == other.Generation;

        public IReadOnlyList<(ContentHash Hash, string Text)> Next(int most)
        {
            var next = texts.Skip(_taken).Take(most).ToArray();
            _taken += next.Length;
            return next;
        }

        public void Stored(int count)
        {
            stored(count);
            if ((_stored += count) == texts.Count)
            {
                TrySetResult();
            }
        }
    }
}
