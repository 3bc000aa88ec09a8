using System.Text;
using OrleansAi.Collections.Storage;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Journal;
using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Documents;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Collections.Ingestion;

/// <summary>Embeds the chunks of documents, each different text of a document once, whatever broke off before.</summary>
internal sealed class DocumentEmbedder(CollectionLedger ledger, IJournal journal, EmbeddingBatches batches, IdSource ids, TimeProvider time)
{
    /// <summary>The vectors of a document's chunks, in their order.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="document">What was taken from its file.</param>
    /// <param name="chunks">Its chunks.</param>
    /// <param name="generation">The index that they are for.</param>
    /// <param name="isAlone">True for a document that has failed before.</param>
    /// <param name="stored">Is told how many different texts of how many have their vectors.</param>
    /// <param name="cancellationToken">Gives up what has not begun.</param>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.EmbeddingModelMismatch"/>, or why there are no vectors.</exception>
    public async Task<IReadOnlyList<ReadOnlyMemory<float>>> EmbedAsync(
        string documentId,
        ExtractedDocument document,
        IReadOnlyList<Chunk> chunks,
        IndexGeneration generation,
        bool isAlone,
        Action<int, int> stored,
        CancellationToken cancellationToken)
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
        var done = wanted.Count - missing.Length;
        stored(done, wanted.Count);
        if (missing.Length > 0)
        {
            await batches.EmbedAsync(cache, missing, generation, isAlone, more => stored(done += more, wanted.Count), cancellationToken);
        }

        return [.. texts.Select(text => cache.Vectors[text.Hash])];
    }

    private static (ContentHash Hash, string Text) Keyed(string text) => (ContentHash.Of(Encoding.UTF8.GetBytes(text)), text);
}
