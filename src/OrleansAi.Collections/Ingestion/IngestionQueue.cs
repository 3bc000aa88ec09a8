using Microsoft.Extensions.Logging;
using OrleansAi.Collections.Storage;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Journal;
using OrleansAi.Knowledge.Documents;
using OrleansAi.Knowledge.Versions;
using OrleansAi.Knowledge.Versions.Changes;

namespace OrleansAi.Collections.Ingestion;

/// <summary>
/// Ingests what a collection has accepted, a few documents at once, oldest first, until nothing is left. A document whose trouble may
/// pass waits for its next attempt and holds no place meanwhile; one whose trouble will not is set aside, and so is one at which process after
/// process ended. Not safe for several threads; a
/// grain owns it and may interleave.
/// </summary>
public sealed partial class IngestionQueue : IDisposable
{
    /// <summary>How many owners may end while they are at a document, before it is set aside.</summary>
    public const int MostLostOwners = 5;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    private readonly CollectionLedger _ledger;
    private readonly DocumentIngestion _documents;
    private readonly DocumentReindexing _reindexing;
    private readonly SegmentMerging _merging;
    private readonly UnneededRelease _release;
    private readonly IngestionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action<string> _passed;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<IngestionWork, (int Attempts, long Due)> _tried = [];
    private readonly HashSet<string> _atWork = new(StringComparer.Ordinal);
    private (long Position, IReadOnlyList<IngestionWork> Work) _open = (-1, []);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;

    // What was accepted up to here was found waiting: an owner before this one may have ended because of it.
    private long? _found;
    private bool _isSuspectAtWork;

    /// <summary>Creates the queue; nothing runs yet.</summary>
    public IngestionQueue(
        CollectionLedger ledger,
        CollectionContents contents,
        IJournal journal,
        IDocumentFiles files,
        IEmbeddingExecutor embeddings,
        DocumentExtractor extractor,
        CollectionLimits limits,
        IngestionOptions options,
        IdSource ids,
        TimeProvider time,
        ILogger logger,
        Action<string> passed)
    {
        (_ledger, _options, _time, _logger, _passed) = (ledger, options, time, logger, passed);
        var batches = new EmbeddingBatches(ledger, embeddings, time, options.EmbeddingBatch, passed);
        var texts = new DocumentTexts(contents);
        var embedder = new DocumentEmbedder(ledger, journal, batches, ids, time);
        var publisher = new DocumentPublisher(ledger, contents, texts, limits, passed);
        _documents = new DocumentIngestion(ledger, files, extractor, embedder, publisher, Progress, passed);
        _reindexing = new DocumentReindexing(ledger, contents, texts, embedder, publisher);
        _merging = new SegmentMerging(ledger, contents);
        _release = new UnneededRelease(ledger, contents, journal, ids, time, passed);
    }

    /// <summary>How far the documents are that are at work.</summary>
    public DocumentProgress Progress { get; } = new();

    /// <summary>True while something is under way.</summary>
    public bool IsRunning => !_running.IsCompleted;

    /// <summary>Begins, or looks again at what there is to do, and does not wait.</summary>
    public void Start()
    {
        _changed.TrySetResult();
        if (_running.IsCompleted && !_stopping.IsCancellationRequested)
        {
            _running = RunAsync();
        }
    }

    /// <summary>Begins nothing more and waits for what is under way to stop.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }

    /// <inheritdoc />
    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync()
    {
        var under = new List<Task>();
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                await _ledger.LoadAsync();
                _found ??= _ledger.LoadedPosition;
                await SwitchAsync();
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                while (MayBegin(under.Count) && Next() is { } work)
                {
                    under.Add(OneAsync(work));
                }

                if (under.Count > 0 || NextDue() is not null)
                {
                    await WaitAsync(under);
                    under.RemoveAll(static one => one.IsCompleted);
                    await _ledger.SnapshotAsync();
                    continue;
                }

                if (!await _merging.MergeAsync() && !await _release.ReleaseAsync())
                {
                    var state = await _ledger.AppendAsync(CollectionDecisions.EndIngestion);
                    if (state.Ingestion is null)
                    {
                        _tried.Clear();
                        return;
                    }
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The next owner goes on.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The index of runs still has it: the sweep wakes the owner again.
            LogBroken(exception, _ledger.Id);
        }
        finally
        {
            await Task.WhenAll(under);
        }
    }

    // For a document to end, for one whose next attempt is due, or for new ones.
    private async Task WaitAsync(IReadOnlyList<Task> under)
    {
        using var waited = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var due = MayBegin(under.Count) && NextDue() is { } at
            ? Task.Delay(TimeSpan.FromMilliseconds(Math.Max(1, at - _time.GetUtcNow().ToUnixTimeMilliseconds())), _time, waited.Token)
            : Task.Delay(Timeout.InfiniteTimeSpan, _time, waited.Token);
        await Task.WhenAny([.. under, _changed.Task, due]);
        await waited.CancelAsync();
        _stopping.Token.ThrowIfCancellationRequested();
    }

    // One at which an owner ended before is tried alone, so that no other one is blamed for it.
    private bool MayBegin(int under) => under == 0
        || (under < _options.DocumentsAtOnce && !_isSuspectAtWork && (Next() is not { } next || LostOwners(next) == 0));

    private int LostOwners(IngestionWork work) => work.Building is null && _ledger.State.Documents.TryGetValue(work.Id, out var entry) ? entry.Attempts : 0;

    private IngestionWork? Next()
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var work in Open())
        {
            if (!_atWork.Contains(work.Id) && (!_tried.TryGetValue(work, out var tried) || tried.Due <= now))
            {
                return work;
            }
        }

        return null;
    }

    // What was never tried is due at once, and stops the search.
    private long? NextDue()
    {
        long? next = null;
        foreach (var work in Open().Where(work => !_atWork.Contains(work.Id)))
        {
            if (!_tried.TryGetValue(work, out var tried))
            {
                return 0;
            }

            next = Math.Min(next ?? long.MaxValue, tried.Due);
        }

        return next;
    }

    // What is missing in an index that is being built takes a look at every document, so it is looked for once for each state.
    private IEnumerable<IngestionWork> Open()
    {
        var state = _ledger.State;
        if (state.Building is null)
        {
            return IngestionWork.Of(state);
        }

        if (_open.Position != state.Position)
        {
            _open = (state.Position, [.. IngestionWork.Of(state)]);
        }

        return _open.Work;
    }

    // Once every document is in the new index, all of it answers at once.
    private async Task SwitchAsync()
    {
        if (_ledger.State is { Status: CollectionStatus.Active, Building: { } building } && Open().All(static work => work.Building is null))
        {
            _passed(IngestionStage.Complete);
            await _ledger.AppendAsync(state => state.Status == CollectionStatus.Active && state.Building == building && state.MissingInBuilding().Count == 0
                ? IndexDecisions.Switch(state, building.Number)
                : []);
            _passed(IngestionStage.Switched);
        }
    }

    private async Task OneAsync(IngestionWork work)
    {
        var lost = LostOwners(work);
        _atWork.Add(work.Id);
        _isSuspectAtWork = lost > 0;
        try
        {
            if (work.Building is null && work.Acceptance <= _found && !_tried.ContainsKey(work))
            {
                ThrowIfFatal(lost);
                await _ledger.AppendAsync(state => CollectionDecisions.TryDocument(state, work.Id, work.Acceptance));
            }

            if (work.Building is not null)
            {
                _passed(IngestionStage.Reindexing);
            }

            var isAlone = _tried.ContainsKey(work);
            await (work.Building is { } building
                ? _reindexing.ReindexAsync(work.Id, building, isAlone, _stopping.Token)
                : _documents.IngestAsync(work.Id, work.Acceptance, isAlone, _stopping.Token));
            _tried.Remove(work);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The next owner goes on.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            await SetBackAsync(work, exception);
        }
        finally
        {
            _atWork.Remove(work.Id);
            _isSuspectAtWork = false;
        }
    }

    private static void ThrowIfFatal(int lostOwners)
    {
        if (lostOwners >= MostLostOwners)
        {
            throw new OrleansAiException(
                ErrorCodes.Internal,
                $"The file could not be ingested: the process ended at each of {lostOwners} attempts. It is set aside; add it again to have it tried again.");
        }
    }

    private async Task SetBackAsync(IngestionWork work, Exception exception)
    {
        var attempts = _tried.GetValueOrDefault(work).Attempts + 1;
        if (!IngestionFailures.MayPass(exception) || (attempts >= _options.MaxAttempts && !IngestionFailures.IsStore(exception)))
        {
            var (code, message) = IngestionFailures.Describe(exception);
            LogSetAside(exception is OrleansAiException ? null : exception, _ledger.Id, code);
            try
            {
                await _ledger.AppendAsync(state => Fail(state, work, code, message));
                return;
            }
            catch (OrleansAiException trouble)
            {
                // It will fail again, and then perhaps it can be written down.
                LogTried(trouble, _ledger.Id, attempts);
            }
        }
        else
        {
            LogTried(exception, _ledger.Id, attempts);
        }

        var delay = Math.Min(_options.RetryAfterSeconds * Math.Pow(2, Math.Min(attempts - 1, 16)), LongestDelay.TotalSeconds);
        _tried[work] = (attempts, _time.GetUtcNow().ToUnixTimeMilliseconds() + (long)(delay * 1_000));
    }

    // A new index without one of the documents would be a smaller one, so it is given up as a whole; the old one goes on.
    private static IReadOnlyList<CollectionChange> Fail(CollectionState state, IngestionWork work, string code, string message) => work.Building is { } building
        ? state.Building?.Number == building ? [new ReindexAbandoned { Code = code, Message = message }] : []
        : CollectionDecisions.Fail(state, new DocumentFailed { Id = work.Id, Acceptance = work.Acceptance, Code = code, Message = message });

    [LoggerMessage(3070, LogLevel.Warning, "A document of {Collection} could not be ingested ({Code}) and is set aside.")]
    private partial void LogSetAside(Exception? exception, string collection, string code);

    [LoggerMessage(3071, LogLevel.Warning, "A document of {Collection} could not be ingested at attempt {Attempt}; it is tried again.")]
    private partial void LogTried(Exception exception, string collection, int attempt);

    [LoggerMessage(3072, LogLevel.Error, "The ingestion of {Collection} broke off; it is taken up again.")]
    private partial void LogBroken(Exception exception, string collection);
}
