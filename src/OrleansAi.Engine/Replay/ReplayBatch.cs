using OrleansAi.Engine.Records;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Replay;

/// <summary>
/// Reads many finished runs in five calls of the store at most, however many they are: their lines in the index, their own records with the keys, the turns
/// that they were told, admissions that stand apart, and what is stored by hash.
/// </summary>
/// <param name="journal">The journal.</param>
internal sealed class ReplayBatch(IJournalReader journal)
{
    // What is in memory at once; runs with more content are read one by one.
    private const long MostBytes = 32 << 20;

    private static readonly RecordKind[] Kinds = [RecordKind.RunAdmitted, RecordKind.RunEnded, RecordKind.RunRecovered, RecordKind.ItemsAdded];

    private readonly Dictionary<string, StreamRecords> _streams = new(StringComparer.Ordinal);

    /// <summary>The runs whose records prove what they were carried out from, by their ids. Nothing is said of any other.</summary>
    public async Task<IReadOnlyDictionary<string, ReplayedRun>> LoadAsync(
        string tenant, IReadOnlyCollection<string> runIds, CancellationToken cancellationToken)
    {
        var entries = (await journal.FindRunsAsync(tenant, runIds, cancellationToken)).Where(static entry => BatchedRun.Own(entry) is not null).ToList();
        if (entries.Count == 0)
        {
            return new Dictionary<string, ReplayedRun>();
        }

        foreach (var entry in entries)
        {
            _streams.TryAdd(entry.Stream, new StreamRecords(entry.Stream, entry.Conversation));
        }

        await ReadAsync([.. entries.Select(static entry => BatchedRun.Own(entry)!.Value)], [.. entries.Select(static entry => entry.Stream)], cancellationToken);
        List<BatchedRun> runs = [.. entries.Select(entry => Try(() => BatchedRun.Of(entry, _streams[entry.Stream]))).OfType<BatchedRun>()];
        await ReadAsync([.. runs.Select(static run => run.History)], [], cancellationToken);
        var missing = new List<JournalSpan>();
        runs = runs.FindAll(run => Try(() => run.FindTurns(missing)));
        await ReadAsync(missing, [], cancellationToken);
        runs = runs.FindAll(run => Try(run.Open));
        var contents = await ResolveAsync(runs, cancellationToken);
        return contents is null
            ? new Dictionary<string, ReplayedRun>()
            : runs.Select(run => (run.RunId, Run: Try(() => run.Plan(contents)))).Where(static one => one.Run is not null)
                .ToDictionary(static one => one.RunId, static one => one.Run!, StringComparer.Ordinal);
    }

    private async Task ReadAsync(IReadOnlyCollection<JournalSpan> spans, IReadOnlyCollection<string> keysOf, CancellationToken cancellationToken)
    {
        if (spans.All(static span => span.First > span.Last))
        {
            return;
        }

        var answer = await journal.ReadBatchAsync(new BatchRead { Spans = spans, Kinds = Kinds, KeysOf = keysOf }, cancellationToken);
        foreach (var (stream, keys) in answer.Keys)
        {
            _streams[stream].Keys = Keyring.Parse(keys);
        }

        foreach (var (stream, records) in answer.Records)
        {
            _streams[stream].Add(records);
        }
    }

    // Null when it is too much at once, or not all there.
    private async Task<IReadOnlyDictionary<OwnedHash, ReadOnlyMemory<byte>>?> ResolveAsync(List<BatchedRun> runs, CancellationToken cancellationToken)
    {
        var wanted = runs.SelectMany(static run => run.Answers()).ToHashSet();
        var texts = new List<(OwnedHash Hash, StoredText Text)>();
        var bytes = 0L;
        foreach (var records in _streams.Values)
        {
            foreach (var text in records.Bodies.SelectMany(static body => body.Texts()))
            {
                bytes += text.Size;
                if (text.IsUnresolved)
                {
                    texts.Add((new OwnedHash(records.Stream, ContentHash.Parse(text.Hash!)), text));
                    wanted.Add(texts[^1].Hash);
                }
            }
        }

        if (bytes > MostBytes)
        {
            return null;
        }

        if (wanted.Count == 0)
        {
            return new Dictionary<OwnedHash, ReadOnlyMemory<byte>>();
        }

        var contents = (await journal.ReadBatchAsync(new BatchRead { Contents = wanted }, cancellationToken)).Contents;
        return texts.TrueForAll(one => contents.TryGetValue(one.Hash, out var content) && Try(() => Resolve(one.Text, content))) ? contents : null;
    }

    private static bool Resolve(StoredText text, ReadOnlyMemory<byte> content)
    {
        text.Resolve(content.Span);
        return true;
    }

    // What cannot be read is told of the run alone, by who reads it alone.
    private static T? Try<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException)
        {
            return default;
        }
    }
}
