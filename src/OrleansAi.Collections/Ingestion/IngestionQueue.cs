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
/// pass waits for its next attempt and holds no place meanwhile; one whose trouble will not is set aside. Not safe for several threads; a
/// grain owns it and may interleave.
/// </summary>
public sealed partial class IngestionQueue : IDisposable
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    private readonly CollectionLedger _ledger;
    private readonly DocumentIngestion _documents;
    private readonly SegmentMerging _merging;
    private readonly IngestionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<(string Id, long Acceptance), (int Attempts, long Due)> _tried = [];
    private readonly HashSet<string> _atWork = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;

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
        (_ledger, _options, _time, _logger) = (ledger, options, time, logger);
        var batches = new EmbeddingBatches(ledger, embeddings, time, options.EmbeddingBatch, passed);
        _documents = new DocumentIngestion(
            ledger,
            files,
            extractor,
            new DocumentEmbedder(ledger, journal, batches, ids, time),
            new DocumentPublisher(ledger, contents, new DocumentTexts(contents), limits, passed),
            Progress,
            passed);
        _merging = new SegmentMerging(ledger, contents);
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
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                while (under.Count < _options.DocumentsAtOnce && Next() is { } entry)
                {
                    under.Add(OneAsync(entry.Id, entry.Acceptance));
                }

                if (under.Count > 0 || NextDue() is not null)
                {
                    await WaitAsync(under);
                    under.RemoveAll(static one => one.IsCompleted);
                    await _ledger.SnapshotAsync();
                    continue;
                }

                if (!await _merging.MergeAsync())
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
        var due = under.Count < _options.DocumentsAtOnce && NextDue() is { } at
            ? Task.Delay(TimeSpan.FromMilliseconds(Math.Max(1, at - _time.GetUtcNow().ToUnixTimeMilliseconds())), _time, waited.Token)
            : Task.Delay(Timeout.InfiniteTimeSpan, _time, waited.Token);
        await Task.WhenAny([.. under, _changed.Task, due]);
        await waited.CancelAsync();
        _stopping.Token.ThrowIfCancellationRequested();
    }

    private DocumentEntry? Next()
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        return Open().FirstOrDefault(entry => !_atWork.Contains(entry.Id)
            && (!_tried.TryGetValue((entry.Id, entry.Acceptance), out var tried) || tried.Due <= now));
    }

    // What was never tried is due at once, and stops the search.
    private long? NextDue()
    {
        long? next = null;
        foreach (var entry in Open().Where(entry => !_atWork.Contains(entry.Id)))
        {
            if (!_tried.TryGetValue((entry.Id, entry.Acceptance), out var tried))
            {
                return 0;
            }

            next = Math.Min(next ?? long.MaxValue, tried.Due);
        }

        return next;
    }

    private IReadOnlyCollection<DocumentEntry> Open() => _ledger.State.Status == CollectionStatus.Active ? _ledger.State.Pending : [];

    private async Task OneAsync(string id, long acceptance)
    {
        _atWork.Add(id);
        try
        {
            await _documents.IngestAsync(id, acceptance, _stopping.Token);
            _tried.Remove((id, acceptance));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The next owner goes on.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            await SetBackAsync(id, acceptance, exception);
        }
        finally
        {
            _atWork.Remove(id);
        }
    }

    private async Task SetBackAsync(string id, long acceptance, Exception exception)
    {
        var attempts = _tried.GetValueOrDefault((id, acceptance)).Attempts + 1;
        if (!IngestionFailures.MayPass(exception) || (attempts >= _options.MaxAttempts && !IngestionFailures.IsStore(exception)))
        {
            var (code, message) = IngestionFailures.Describe(exception);
            LogSetAside(exception is OrleansAiException ? null : exception, _ledger.Id, code);
            try
            {
                await _ledger.AppendAsync(state => CollectionDecisions.Fail(
                    state, new DocumentFailed { Id = id, Acceptance = acceptance, Code = code, Message = message }));
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
        _tried[(id, acceptance)] = (attempts, _time.GetUtcNow().ToUnixTimeMilliseconds() + (long)(delay * 1_000));
    }

    [LoggerMessage(3070, LogLevel.Warning, "A document of {Collection} could not be ingested ({Code}) and is set aside.")]
    private partial void LogSetAside(Exception? exception, string collection, string code);

    [LoggerMessage(3071, LogLevel.Warning, "A document of {Collection} could not be ingested at attempt {Attempt}; it is tried again.")]
    private partial void LogTried(Exception exception, string collection, int attempt);

    [LoggerMessage(3072, LogLevel.Error, "The ingestion of {Collection} broke off; it is taken up again.")]
    private partial void LogBroken(Exception exception, string collection);
}
