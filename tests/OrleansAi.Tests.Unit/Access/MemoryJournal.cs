using OrleansAi.Contracts.Runs;
using OrleansAi.Journal;

namespace OrleansAi.Tests.Unit.Access;

/// <summary>Streams in memory, with the fence of a real journal and a switch for its failure.</summary>
internal sealed class MemoryJournal : IJournal
{
    private readonly Dictionary<string, List<JournalRecord>> _streams = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, ContentHash), ReadOnlyMemory<byte>> _contents = [];
    private int _reads;

    public bool IsDown { get; set; }

    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Every content that was ever written.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Contents
    {
        get
        {
            lock (_streams)
            {
                return [.. _contents.Values];
            }
        }
    }

    /// <summary>Everything that was ever written.</summary>
    public IReadOnlyList<JournalRecord> All
    {
        get
        {
            lock (_streams)
            {
                return [.. _streams.Values.SelectMany(static records => records)];
            }
        }
    }

    /// <summary>How many payloads a stream has.</summary>
    public int ContentsOf(string stream)
    {
        lock (_streams)
        {
            return _contents.Keys.Count(key => key.Item1 == stream);
        }
    }

    public Task<AppendOutcome> AppendAsync(JournalAppend append, CancellationToken cancellationToken)
    {
        Check();
        lock (_streams)
        {
            var records = Stream(append.Stream);
            if (records.Count != append.ExpectedPosition)
            {
                return Task.FromResult(AppendOutcome.PositionTaken);
            }

            records.AddRange(append.Records.Select((record, index) => new JournalRecord(
                append.ExpectedPosition + 1 + index, record.RecordId, record.Kind, record.Body, record.At)));
            foreach (var key in _contents.Keys.Where(key => key.Item1 == append.Stream
                && append.Release is { } release && (release.IsAll || release.Hashes.Contains(key.Item2))).ToArray())
            {
                _contents.Remove(key);
            }

            foreach (var content in append.Contents)
            {
                _contents.TryAdd((append.Stream, content.Hash), content.Bytes);
            }

            if (append.Keys is { } keys)
            {
                _keys[append.Stream] = keys.Keys;
            }

            return Task.FromResult(AppendOutcome.Committed);
        }
    }

    public Task<IReadOnlyList<JournalRecord>> ReadForwardAsync(
        string stream, long after, int limit, IReadOnlyList<RecordKind> kinds, CancellationToken cancellationToken)
    {
        Check();
        Interlocked.Increment(ref _reads);
        lock (_streams)
        {
            return Task.FromResult<IReadOnlyList<JournalRecord>>([.. Stream(stream).Skip((int)after).Where(record => IsOf(record, kinds)).Take(limit)]);
        }
    }

    public Task<IReadOnlyList<JournalRecord>> ReadBackwardAsync(
        string stream, long before, int limit, IReadOnlyList<RecordKind> kinds, CancellationToken cancellationToken)
    {
        Check();
        lock (_streams)
        {
            return Task.FromResult<IReadOnlyList<JournalRecord>>(
                [.. Stream(stream).Where(record => record.Position < before && IsOf(record, kinds)).Reverse().Take(limit)]);
        }
    }

    public Task<IReadOnlyList<JournalRecord>> ReadAtAsync(
        string stream, IReadOnlyCollection<long> positions, CancellationToken cancellationToken)
    {
        lock (_streams)
        {
            return Task.FromResult<IReadOnlyList<JournalRecord>>(
                [.. Stream(stream).Where(record => positions.Contains(record.Position))]);
        }
    }

    public Task<IReadOnlyDictionary<ContentHash, ReadOnlyMemory<byte>>> ReadContentsAsync(
        string owner, IReadOnlyCollection<ContentHash> hashes, CancellationToken cancellationToken)
    {
        lock (_streams)
        {
            return Task.FromResult<IReadOnlyDictionary<ContentHash, ReadOnlyMemory<byte>>>(
                hashes.Where(hash => _contents.ContainsKey((owner, hash))).ToDictionary(static hash => hash, hash => _contents[(owner, hash)]));
        }
    }

    public Task<byte[]?> ReadKeysAsync(string owner, CancellationToken cancellationToken)
    {
        lock (_streams)
        {
            return Task.FromResult(_keys.TryGetValue(owner, out var keys) ? keys.ToArray() : null);
        }
    }

    public Task<RunEntry?> FindRunAsync(string tenant, string runId, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<RunEntry>> FindRunsAsync(string tenant, IReadOnlyCollection<string> runIds, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<BatchAnswer> ReadBatchAsync(BatchRead batch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IdempotencyEntry?> FindIdempotencyKeyAsync(string tenant, string key, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<RunEntry>> SearchRunsAsync(string tenant, RunQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<RunEntry>> ListOpenRunsAsync(string after, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    private static bool IsOf(JournalRecord record, IReadOnlyList<RecordKind> kinds) => kinds.Count == 0 || kinds.Contains(record.Kind);

    private List<JournalRecord> Stream(string name) =>
        _streams.TryGetValue(name, out var records) ? records : _streams[name] = [];

    private void Check()
    {
        if (IsDown)
        {
            throw new JournalException("switched off", outcomeKnown: true, isTransient: true);
        }
    }
}
