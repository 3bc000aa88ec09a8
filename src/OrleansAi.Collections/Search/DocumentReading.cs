using OrleansAi.Collections.Storage;
using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Documents;
using OrleansAi.Knowledge.Segments;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Collections.Search;

/// <summary>Reads documents as they are searched.</summary>
/// <param name="collection">The collection.</param>
/// <param name="ledger">Its stream.</param>
/// <param name="contents">Its contents.</param>
public sealed class DocumentReading(Collection collection, CollectionLedger ledger, CollectionContents contents)
{
    private readonly DocumentTexts _texts = new(contents);

    /// <summary>The text of a document, chunk by chunk; nothing when it is not indexed yet.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.DocumentNotFound"/>.</exception>
    public async Task<IReadOnlyList<string>> ReadAsync(string id)
    {
        if (await collection.FindLiveAsync(id) is not { Text: { } text } live)
        {
            return [];
        }

        var seal = ledger.Seal;
        var state = ledger.State;
        var segments = state.DocumentAt(id, state.Version) is { } document ? Searched(state, document) : [];
        var spans = new List<(string Root, TextSpan Span)>();
        foreach (var segment in segments)
        {
            var bytes = await contents.ReadAsync(seal, segment);
            var table = (await Offload.RunAsync(() => KnowledgeSegment.Read(bytes))).Chunks;
            for (var i = 0; i < table.Count; i++)
            {
                if (table.Documents[table.DocumentOf(i)] is var own && own.Id == id && own.Hash == live.Hash)
                {
                    spans.Add((text, table[i].Span));
                }
            }
        }

        return await _texts.ReadAsync(seal, spans);
    }

    // A document's segments are all that ever had it; those of the newest version have it once.
    private static IEnumerable<string> Searched(CollectionState state, ManifestDocument document) => state.Segments
        .Where(entry => entry.Segment.Generation == state.Active!.Number && entry.IsIn(state.Version) && document.Segments.Contains(entry.Segment.Id))
        .Select(static entry => entry.Segment.Id)
        .ToList();
}
