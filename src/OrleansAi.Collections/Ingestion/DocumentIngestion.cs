using OrleansAi.Collections.Storage;
using OrleansAi.Contracts.Errors;
using OrleansAi.Journal;
using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Documents;
using OrleansAi.Knowledge.Lexical;
using OrleansAi.Knowledge.Segments;
using OrleansAi.Knowledge.Versions;
using OrleansAi.Knowledge.Versions.Changes;

namespace OrleansAi.Collections.Ingestion;

/// <summary>
/// Takes one document through the stages: receive, extract, chunk, embed, index, publish. Every stage can be done again; the dear one,
/// embedding, remembers what it has done. The version that publishes a document is one record, so it is there as a whole or not at all.
/// </summary>
internal sealed class DocumentIngestion(
    CollectionLedger ledger,
    CollectionContents contents,
    DocumentTexts texts,
    IDocumentFiles files,
    DocumentExtractor extractor,
    DocumentEmbedder embedder,
    CollectionLimits limits,
    Action<string> passed)
{
    /// <summary>Ingests a document, unless somebody has replaced, removed or ingested it by now.</summary>
    /// <exception cref="OrleansAiException">Why it could not be ingested.</exception>
    public async Task IngestAsync(string id, long acceptance, CancellationToken cancellationToken)
    {
        if (Awaited(ledger.State, id, acceptance) is not { } entry)
        {
            return;
        }

        var generation = ledger.State.Active!;
        var file = await files.FindAsync(ledger.Tenant, id);
        var bytes = await files.ReadAsync(ledger.Tenant, file);
        passed(IngestionStage.Received);
        var document = await extractor.ExtractAsync(new DocumentSource(entry.Name, bytes) { MediaType = file.MediaType }, cancellationToken);
        passed(IngestionStage.Extracted);
        var chunks = await Offload.RunAsync(() => Chunker.Cut(document, entry.Chunking ?? generation.Chunking));
        passed(IngestionStage.Chunked);
        var vectors = await embedder.EmbedAsync(id, document, chunks, generation, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var indexed = await IndexAsync(id, acceptance, document, chunks, vectors, generation);
        passed(IngestionStage.Indexed);
        await ledger.AppendAsync(state => state.Status == CollectionStatus.Active
            ? CollectionDecisions.Publish(state, indexed with
            {
                Segments = [.. indexed.Segments.Select(segment => segment with { Shard = IndexDecisions.ShardFor(state, limits, generation.Number) })],
            })
            : []);
        passed(IngestionStage.Published);
    }

    private async Task<DocumentsIndexed> IndexAsync(
        string id,
        long acceptance,
        ExtractedDocument document,
        IReadOnlyList<Chunk> chunks,
        IReadOnlyList<ReadOnlyMemory<float>> vectors,
        IndexGeneration generation)
    {
        var seal = ledger.Seal;
        var segments = new List<SegmentRef>();
        if (chunks.Count > 0)
        {
            var bytes = await Offload.RunAsync(() => Build(id, document, chunks, vectors, generation));
            var content = await contents.WriteAsync(seal, bytes);
            segments.Add(new SegmentRef(content, Shard: 0, generation.Number, chunks.Count, bytes.Length));
        }

        return new DocumentsIndexed
        {
            Generation = generation.Number,
            Segments = segments,
            Documents =
            [
                new IndexedDocument(id, acceptance, document.Hash, chunks.Count, System.Text.Encoding.UTF8.GetByteCount(document.Text))
                {
                    Text = await texts.WriteAsync(seal, document.Text),
                },
            ],
        };
    }

    private static byte[] Build(
        string id, ExtractedDocument document, IReadOnlyList<Chunk> chunks, IReadOnlyList<ReadOnlyMemory<float>> vectors, IndexGeneration generation)
    {
        var analyzer = TextAnalyzer.Find(generation.Analyzer) ?? throw new OrleansAiException(
            ErrorCodes.IndexCorrupt, $"The collection was made with the analyzer '{generation.Analyzer}', which this build does not have.");
        var builder = new KnowledgeSegmentBuilder(generation.Model, analyzer, chunks.Count);
        builder.Add(id, document, chunks, vectors);
        return builder.Build().ToBytes();
    }

    private static DocumentEntry? Awaited(CollectionState state, string id, long acceptance) =>
        state.Status == CollectionStatus.Active && state.Documents.TryGetValue(id, out var entry)
        && entry.Acceptance == acceptance && entry.Status == DocumentStatus.InProgress
            ? entry
            : null;
}
