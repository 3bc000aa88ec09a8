using System.Text;
using OrleansAi.Collections.Storage;
using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Lexical;
using OrleansAi.Knowledge.Segments;
using OrleansAi.Knowledge.Versions;
using OrleansAi.Knowledge.Versions.Changes;

namespace OrleansAi.Collections.Ingestion;

/// <summary>
/// Indexes and publishes documents. Whatever is ready while one group is written makes the next group: one segment, one version, so that small
/// documents cost no append and no segment each, and one alone does not wait for others. Not safe for several threads.
/// </summary>
internal sealed class DocumentPublisher(
    CollectionLedger ledger, CollectionContents contents, DocumentTexts texts, CollectionLimits limits, Action<string> passed)
{
    /// <summary>The most chunks of a group, unless one document alone has more.</summary>
    public const int MostChunks = 4_096;

    private readonly List<Waiting> _waiting = [];
    private bool _isAtWork;

    /// <summary>Ends when a version has the document, or nobody wants it any more.</summary>
    /// <exception cref="OrleansAiException">Why it could not be published.</exception>
    public Task PublishAsync(PreparedDocument document)
    {
        var waiting = new Waiting(document);
        _waiting.Add(waiting);
        return _isAtWork ? waiting.Task : WorkAsync(waiting);
    }

    // Whoever finds nobody at work does the work of all, his own included.
    private async Task WorkAsync(Waiting own)
    {
        _isAtWork = true;
        try
        {
            while (_waiting.Count > 0)
            {
                await PublishAsync(Take());
            }
        }
        finally
        {
            _isAtWork = false;
        }

        await own.Task;
    }

    private List<Waiting> Take()
    {
        var (group, chunks) = (new List<Waiting>(), 0);
        foreach (var waiting in _waiting)
        {
            chunks += waiting.Document.Chunks.Count;
            if (group.Count > 0 && (chunks > MostChunks || waiting.Document.Generation != group[0].Document.Generation))
            {
                break;
            }

            group.Add(waiting);
        }

        _waiting.RemoveRange(0, group.Count);
        return group;
    }

    private async Task PublishAsync(List<Waiting> group)
    {
        try
        {
            await PublishAsync([.. group.Select(static waiting => waiting.Document)]);
            group.ForEach(static waiting => waiting.TrySetResult());
        }
        catch (Exception exception) when (group.Count > 1 && !IngestionFailures.IsStore(exception) && exception is not OutOfMemoryException)
        {
            // Which of them it was is found by trying each alone: none fails for another.
            foreach (var waiting in group)
            {
                await PublishAsync([waiting]);
            }
        }
        catch (Exception exception)
        {
            group.ForEach(waiting => waiting.TrySetException(exception));
        }
    }

    private async Task PublishAsync(IReadOnlyList<PreparedDocument> group)
    {
        var indexed = await IndexAsync(group);
        passed(IngestionStage.Indexed);
        await ledger.AppendAsync(state => state.Status == CollectionStatus.Active
            ? CollectionDecisions.Publish(state, indexed with
            {
                Segments = [.. indexed.Segments.Select(segment => segment with { Shard = IndexDecisions.ShardFor(state, limits, indexed.Generation) })],
            })
            : []);
        passed(IngestionStage.Published);
    }

    private async Task<DocumentsIndexed> IndexAsync(IReadOnlyList<PreparedDocument> group)
    {
        var (seal, generation) = (ledger.Seal, group[0].Generation);
        var written = texts.WriteAsync(seal, [.. group.Select(static document => document.Text is null ? document.Document.Text : "")]);
        var segments = new List<SegmentRef>();
        var chunks = group.Sum(static document => document.Chunks.Count);
        if (chunks > 0)
        {
            var bytes = await Offload.RunAsync(() => Build(group, generation, chunks));
            var content = await contents.WriteAsync(seal, bytes);
            segments.Add(new SegmentRef(content, Shard: 0, generation.Number, chunks, bytes.Length));
        }

        var roots = await written;
        return new DocumentsIndexed
        {
            Generation = generation.Number,
            Segments = segments,
            Documents =
            [
                .. group.Select((document, i) => new IndexedDocument(
                    document.Id, document.Acceptance, document.Document.Hash, document.Chunks.Count, Encoding.UTF8.GetByteCount(document.Document.Text))
                {
                    Text = document.Text ?? roots[i],
                }),
            ],
        };
    }

    private static byte[] Build(IReadOnlyList<PreparedDocument> group, IndexGeneration generation, int chunks)
    {
        var analyzer = TextAnalyzer.Find(generation.Analyzer) ?? throw new OrleansAiException(
            ErrorCodes.IndexCorrupt, $"The collection was made with the analyzer '{generation.Analyzer}', which this build does not have.");
        var builder = new KnowledgeSegmentBuilder(generation.Model, analyzer, chunks);
        foreach (var document in group)
        {
            builder.Add(document.Id, document.Document, document.Chunks, document.Vectors);
        }

        return builder.Build().ToBytes();
    }

    private sealed class Waiting(PreparedDocument document) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public PreparedDocument Document { get; } = document;
    }
}
