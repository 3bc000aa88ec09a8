using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;

namespace OrleansAi.Engine.Retention;

/// <summary>
/// Decides what of runs is let go: of a turn of a conversation everything but the items, which the conversation owns; of a chat
/// completion everything. What stands apart of the records goes where nothing that can still be read refers to it, whoever wrote it.
/// </summary>
/// <param name="source">The stream's records with what they witness.</param>
public sealed class ReleasePlanner(IIntegritySource source)
{
    /// <summary>The most records of a stream that are read for a plan. In a longer one what stands apart stays, unreadable.</summary>
    public const int MostRecords = 20_000;

    private const int PageSize = 500;

    /// <summary>Plans the release of runs that have ended.</summary>
    /// <param name="stream">Their conversation's stream.</param>
    /// <param name="expected">Where it ends, as far as its owner knows.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="keys">The stream's keys; null when it has none.</param>
    /// <param name="deleted">Runs that their caller deleted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JournalException">The store cannot be read.</exception>
    public async Task<ReleasePlan> PlanAsync(
        string stream, long expected, IReadOnlyList<RunEntry> runs, Keyring? keys, IReadOnlySet<string> deleted, CancellationToken cancellationToken)
    {
        await using var view = await source.OpenAsync(cancellationToken);
        var own = await OwnAsync(view, stream, runs, deleted, cancellationToken);
        var remaining = keys is null ? Keyring.Destroyed : Keyring.Parse(keys.ToBytes()).Without(own.Keys);
        var (position, contents) = await UnreferredAsync(view, stream, expected, remaining, cancellationToken);
        return new ReleasePlan
        {
            Position = position,
            Runs = runs,
            WholeRuns = own.WholeRuns,
            Keys = own.Keys,
            Contents = contents,
            Bytes = own.SealedBytes + (contents.Count == 0 ? 0 : await view.MeasureContentsAsync(stream, contents, cancellationToken)),
        };
    }

    /// <summary>True for a run whose items no later turn is told of, so that nothing of it stays.</summary>
    /// <param name="admitted">The run.</param>
    /// <param name="conversation">Its conversation's id.</param>
    public static bool IsAlone(RunAdmittedBody admitted, string conversation) => admitted.Forget
        || (admitted.Kind == RunKind.ChatCompletion && conversation.StartsWith(IdPrefixes.Thread, StringComparison.Ordinal));

    private static async Task<Own> OwnAsync(
        IIntegrityView view, string stream, IReadOnlyList<RunEntry> runs, IReadOnlySet<string> deleted, CancellationToken cancellationToken)
    {
        var own = new Own();
        foreach (var run in runs)
        {
            if (run.EndedPosition is not { } ended)
            {
                throw new InvalidOperationException($"The run {run.RunId} has not ended; nothing of it can be let go.");
            }

            var isWhole = deleted.Contains(run.RunId);
            for (var after = run.AdmittedPosition - 1; after < ended;)
            {
                // Nearly always the end follows the admission; others may stand between them.
                var page = await view.ReadRecordsAsync(stream, after, (int)Math.Min(PageSize, ended - after), cancellationToken);
                foreach (var record in page)
                {
                    var body = IsOfRun(record) ? RecordSerializer.Deserialize(record.ToRecord()) : null;
                    isWhole |= body is RunAdmittedBody admitted && admitted.RunId == run.RunId && IsAlone(admitted, run.Conversation);
                    own.Take(record, body, run.RunId, isWhole);
                }

                after = page.Count > 0 ? page[^1].Position : ended;
            }

            if (isWhole)
            {
                own.WholeRuns.Add(run.RunId);
            }
        }

        return own;
    }

    // All that records have brought and that is not let go yet, without what can still be reached from one of them.
    private static async Task<(long Position, IReadOnlyList<ContentHash> Contents)> UnreferredAsync(
        IIntegrityView view, string stream, long expected, Keyring keys, CancellationToken cancellationToken)
    {
        var (stored, referred, last) = (new HashSet<ContentHash>(), new HashSet<ContentHash>(), 0L);
        IReadOnlyList<StoredRecord> page;
        do
        {
            page = await view.ReadRecordsAsync(stream, last, PageSize, cancellationToken);
            foreach (var record in page)
            {
                var witness = Witness.Read(record.Witness.Span);
                if (witness.IsAllReleased)
                {
                    stored.Clear();
                }

                stored.ExceptWith(witness.Released);
                stored.UnionWith(witness.Contents);
                UnitReferences.Find(stream, record.ToRecord(), keys, referred);
            }

            last = page.Count > 0 ? page[^1].Position : last;
        }
        while (page.Count == PageSize && last < MostRecords);

        if (page.Count == PageSize)
        {
            return (expected, []);
        }

        stored.ExceptWith(referred);
        return (last, [.. stored]);
    }

    private static bool IsOfRun(StoredRecord record) =>
        (RecordKind)record.Kind is RecordKind.RunAdmitted or RecordKind.RunStepped or RecordKind.RunEnded;

    /// <summary>What the runs' own records say.</summary>
    private sealed class Own
    {
        public List<KeyPath> Keys { get; } = [];

        public HashSet<string> WholeRuns { get; } = new(StringComparer.Ordinal);

        public long SealedBytes { get; private set; }

        public void Take(StoredRecord record, RecordBody? body, string runId, bool isWhole)
        {
            switch (body)
            {
                case RunAdmittedBody admitted when admitted.RunId == runId:
                    Take(record, isWhole ? null : ContentUnits.Frame);
                    break;
                case RunEndedBody ended when ended.RunId == runId:
                    Take(record, isWhole ? null : ContentUnits.Exchange);
                    break;
                case RunSteppedBody stepped when stepped.RunId == runId:
                    Take(record, null);
                    break;
            }
        }

        private void Take(StoredRecord record, int? unit)
        {
            if (SealedForm.Split(record.Body).Units is not { Count: > 0 } units)
            {
                return;
            }

            if (unit is not { } one)
            {
                Keys.Add(KeyPath.OfRecord(record.Position));
                SealedBytes += units.Values.Sum(static seal => (long)seal.Length);
            }
            else if (units.TryGetValue(one, out var seal))
            {
                Keys.Add(KeyPath.OfUnit(record.Position, one));
                SealedBytes += seal.Length;
            }
        }
    }
}
