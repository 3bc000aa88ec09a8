using OrleansAi.Collections.Storage;
using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Documents;
using OrleansAi.Knowledge.Segments;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Collections.Ingestion;

/// <summary>
/// Takes a document that is searched into the index that is being built: the chunks and the text that it has, with vectors of the new model. Its file,
/// which may be gone, is not needed. Every step can be done again; vectors that were paid for are remembered.
/// </summary>
internal sealed class DocumentReindexing(
    CollectionLedger ledger, CollectionContents contents, DocumentTexts texts, DocumentEmbedder embedder, DocumentPublisher publisher)
{
    private const int MostSegments = 4;
    private readonly OrderedDictionary<string, Task<ChunkTable>> _tables = new(StringComparer.Ordinal);

    /// <summary>Indexes a document into the new index, unless somebody has replaced or removed it, or given the new index up, by now.</summary>
    /// <param name="id">The document.</param>
    /// <param name="generation">The new index.</param>
    /// <param name="isAlone">True when it has failed before.</param>
    /// <param name="cancellationToken">Gives up what has not begun.</param>
    /// <exception cref="OrleansAiException">Why it could not be indexed.</exception>
    public async Task ReindexAsync(string id, int generation, bool isAlone, CancellationToken cancellationToken)
    {
        var state = ledger.State;
        if (state.Building is not { } building || building.Number != generation || state.Live(id) is not { Text: { } root } live)
        {
            return;
        }

        var chunks = await ChunksAsync(state, live);
        var text = (await texts.ReadAsync(ledger.Seal, [(root, new TextSpan(0, chunks.Max(static chunk => chunk.Span.End)))]))[0];
        var document = new ExtractedDocument { Kind = DocumentKind.Text, Hash = live.Hash, Text = text, Blocks = [] };
        var vectors = await embedder.EmbedAsync(id, document, chunks, building, isAlone, static (_, _) => { }, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        await publisher.PublishAsync(new PreparedDocument(id, state.Documents[id].Acceptance, document, chunks, vectors, building) { Text = root });
    }

    private async Task<IReadOnlyList<Chunk>> ChunksAsync(CollectionState state, ManifestDocument document)
    {
        var (version, active) = (state.Version, state.Active!.Number);
        var segments = state.Segments
            .Where(entry => entry.Segment.Generation == active && entry.IsIn(version) && document.Segments.Contains(entry.Segment.Id))
            .Select(static entry => entry.Segment.Id).ToArray();
        var chunks = new List<Chunk>();
        foreach (var segment in segments)
        {
            var table = await TableAsync(segment);
            chunks.AddRange(await Offload.RunAsync(() => Enumerable.Range(0, table.Count)
                .Where(chunk => table.Documents[table.DocumentOf(chunk)] == new SegmentDocument(document.Id, document.Hash))
                .Select(chunk => table[chunk])
                .ToList()));
        }

        return chunks.Count > 0
            ? [.. chunks.OrderBy(static chunk => chunk.Index)]
            : throw new OrleansAiException(ErrorCodes.IndexCorrupt, "A document that is searched has no chunks.");
    }

    // Documents come in the order of their segments, so the last few tables are enough.
    private async Task<ChunkTable> TableAsync(string segment)
    {
        if (!_tables.TryGetValue(segment, out var loading) || loading.IsFaulted)
        {
            _tables[segment] = loading = ReadAsync(segment);
            if (_tables.Count > MostSegments)
            {
                _tables.RemoveAt(0);
            }
        }

        return await loading;
    }

    private async Task<ChunkTable> ReadAsync(string segment)
    {
        var bytes = await contents.ReadAsync(ledger.Seal, segment);
        return await Offload.RunAsync(() => KnowledgeSegment.Read(bytes).Chunks);
    }
}
