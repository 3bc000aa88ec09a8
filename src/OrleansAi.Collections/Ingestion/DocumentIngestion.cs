using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Documents;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Collections.Ingestion;

/// <summary>
/// Takes one document through the stages: receive, extract, chunk, embed, index, publish. Every stage can be done again; the dear one,
/// embedding, remembers what it has done. The version that publishes a document is one record, so it is there as a whole or not at all.
/// </summary>
internal sealed class DocumentIngestion(
    CollectionLedger ledger,
    IDocumentFiles files,
    DocumentExtractor extractor,
    DocumentEmbedder embedder,
    DocumentPublisher publisher,
    DocumentProgress progress,
    Action<string> passed)
{
    private const long MostBytesAtWork = 64L << 20;

    private readonly MemoryGate _memory = new(MostBytesAtWork);

    /// <summary>Ingests a document, unless somebody has replaced, removed or ingested it by now.</summary>
    /// <param name="id">The document.</param>
    /// <param name="acceptance">Which acceptance of it.</param>
    /// <param name="isAlone">True when it has failed before.</param>
    /// <param name="cancellationToken">Gives up what has not begun.</param>
    /// <exception cref="OrleansAiException">Why it could not be ingested.</exception>
    public async Task IngestAsync(string id, long acceptance, bool isAlone, CancellationToken cancellationToken)
    {
        if (Awaited(ledger.State, id, acceptance) is not { } entry)
        {
            return;
        }

        try
        {
            progress.Set(id, "receiving");
            var generation = ledger.State.Active!;
            var file = await files.FindAsync(ledger.Tenant, id);
            using var place = await _memory.EnterAsync(file.Bytes);
            var prepared = await PrepareAsync(entry, new DocumentSource(entry.Name, await files.ReadAsync(ledger.Tenant, file))
            {
                MediaType = file.MediaType,
            }, generation, isAlone, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            progress.Set(id, "indexing", prepared.Chunks.Count, prepared.Chunks.Count);
            await publisher.PublishAsync(prepared);
        }
        finally
        {
            progress.Forget(id);
        }
    }

    private async Task<PreparedDocument> PrepareAsync(
        DocumentEntry entry, DocumentSource source, IndexGeneration generation, bool isAlone, CancellationToken cancellationToken)
    {
        var id = entry.Id;
        passed(IngestionStage.Received);
        progress.Set(id, "extracting");
        var document = await extractor.ExtractAsync(source, cancellationToken);
        passed(IngestionStage.Extracted);
        progress.Set(id, "chunking");
        var chunks = await Offload.RunAsync(() => Chunker.Cut(document, entry.Chunking ?? generation.Chunking));
        passed(IngestionStage.Chunked);
        var vectors = await embedder.EmbedAsync(
            id, document, chunks, generation, isAlone, (done, all) => progress.Set(id, "embedding", all, done), cancellationToken);
        return new PreparedDocument(id, entry.Acceptance, document, chunks, vectors, generation);
    }

    private static DocumentEntry? Awaited(CollectionState state, string id, long acceptance) =>
        state.Status == CollectionStatus.Active && state.Documents.TryGetValue(id, out var entry)
        && entry.Acceptance == acceptance && entry.Status == DocumentStatus.InProgress
            ? entry
            : null;
}
