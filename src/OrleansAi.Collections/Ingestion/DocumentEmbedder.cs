using System.Text;
using OrleansAi.Collections.Storage;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Journal;
using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Documents;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Collections.Ingestion;

/// <summary>
/// Embeds the chunks of documents, each different text once. One batch is under way at a time, for the whole collection, and is durable
/// before the next one begins: whenever the process ends, at most one batch was paid for in vain.
/// </summary>
internal sealed class DocumentEmbedder(
    CollectionLedger ledger, IJournal journal, IEmbeddingExecutor embeddings, IdSource ids, TimeProvider time, int batchSize, Action<string> passed)
    : IDisposable
{
    private static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(2);
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>The vectors of a document's chunks, in their order.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.EmbeddingModelMismatch"/>, or why there are no vectors.</exception>
    public async Task<IReadOnlyList<ReadOnlyMemory<float>>> EmbedAsync(
        string documentId, ExtractedDocument document, IReadOnlyList<Chunk> chunks, IndexGeneration generation, CancellationToken cancellationToken)
    {
        var texts = await Offload.RunAsync(() => chunks.Select(chunk => Keyed(chunk.EmbeddingTextOf(document))).ToArray());
        var wanted = texts.Select(static text => text.Hash).ToHashSet();
        var stream = StreamNames.CollectionDocument(StreamNames.Collection(ledger.Tenant, ledger.Id), documentId);
        var cache = new EmbeddingCache(journal, ids, time, stream);
        if (wanted.Count > 0)
        {
            await cache.LoadAsync(ledger.Seal, generation.Model, wanted);
        }

        var missing = texts.DistinctBy(static text => text.Hash).Where(text => !cache.Vectors.ContainsKey(text.Hash)).ToArray();
        foreach (var batch in missing.Chunk(batchSize))
        {
            await EmbedAsync(cache, batch, generation, cancellationToken);
        }

        return [.. texts.Select(text => cache.Vectors[text.Hash])];
    }

    /// <inheritdoc />
    public void Dispose() => _gate.Dispose();

    private async Task EmbedAsync(
        EmbeddingCache cache, IReadOnlyList<(ContentHash Hash, string Text)> batch, IndexGeneration generation, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var request = new EmbeddingRequest
            {
                Route = generation.Route,
                Inputs = [.. batch.Select(static text => text.Text)],
                Dimensions = null,
                Deadline = (time.GetUtcNow() + LongestCall).ToUnixTimeMilliseconds(),
            };
            var result = (await embeddings.EmbedAsync(request, cancellationToken)).ThrowIfFailed();
            passed(IngestionStage.Embedded);
            generation.Model.Require(Models.Of(result));
            if (result.Vectors.Count != batch.Count)
            {
                throw new OrleansAiException(
                    ErrorCodes.VendorContractViolated, $"{batch.Count} texts were to be embedded, {result.Vectors.Count} vectors came.");
            }

            await cache.StoreAsync(ledger.Seal, generation.Model, [.. batch.Select(static text => text.Hash)], result.Vectors);
            passed(IngestionStage.EmbeddingsStored);
        }
        finally
        {
            _gate.Release();
        }
    }

    private static (ContentHash Hash, string Text) Keyed(string text) => (ContentHash.Of(Encoding.UTF8.GetBytes(text)), text);
}
