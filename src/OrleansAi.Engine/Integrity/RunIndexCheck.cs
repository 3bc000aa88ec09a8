using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;
using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;

namespace OrleansAi.Engine.Integrity;

/// <summary>Holds the index of runs and the idempotency keys against the records of one stream.</summary>
internal sealed class RunIndexCheck
{
    private const string OpenTable = "open_runs";
    private const string EndedTable = "runs";
    private const string KeyTable = "idempotency_keys";
    private const int PageSize = 500;

    private readonly IIntegrityView _view;
    private readonly string _stream;
    private readonly string _tenant;
    private readonly string _conversation;
    private readonly Action<Injury> _found;
    private readonly Dictionary<string, Admitted> _open = new(StringComparer.Ordinal);

    // Runs whose record says that they are listed, whose line says that they are not, and which a later record may have unlisted.
    private readonly Dictionary<string, long> _unlisted = new(StringComparer.Ordinal);
    private readonly RetentionMarks _marks;
    private readonly List<Ended> _ended = [];
    private readonly List<(string Run, long Position)> _gone = [];
    private readonly List<(IdempotencyEntry Entry, long Position)> _keys = [];

    public RunIndexCheck(IIntegrityView view, string stream, Action<Injury> found)
    {
        (_view, _stream, _found) = (view, stream, found);
        _marks = new RetentionMarks((position, detail) => Report(position, InjuryKind.Changed, EndedTable, detail));
        (_tenant, _conversation) = stream.IndexOf('/', StringComparison.Ordinal) > 0 ? StreamNames.Parse(stream) : ("", stream);
    }

    /// <summary>How many runs have ended.</summary>
    public long EndedRuns { get; private set; }

    /// <summary>How many idempotency keys there are.</summary>
    public long Keys { get; private set; }

    /// <summary>How many runs are open.</summary>
    public long OpenRuns => _open.Count;

    /// <summary>Takes a record in.</summary>
    /// <param name="record">The record.</param>
    /// <param name="witness">What it witnesses; null for a record from before there were witnesses.</param>
    public void Take(StoredRecord record, Witness? witness)
    {
        if ((RecordKind)record.Kind is RecordKind.RunAdmitted or RecordKind.RunEnded or RecordKind.RunRecovered)
        {
            Take(record.Position, RecordSerializer.Deserialize(record.ToRecord()), witness);
        }
        else if ((RecordKind)record.Kind is RecordKind.RunsReleased or RecordKind.RunPinChanged)
        {
            _marks.Take(RecordSerializer.Deserialize(record.ToRecord()), record.Position);
        }
        else if (IngestionMark.Read(record) is { } ingestion)
        {
            Take(record, ingestion, witness is not null);
        }

        _gone.AddRange((witness?.Unlisted ?? []).Select(run => (run, record.Position)));
    }

    /// <summary>Looks for the lines of what was taken in.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        if (_ended.Count > 0 || _gone.Count > 0)
        {
            var runs = _ended.Select(static run => run.RunId).Concat(_gone.Select(static run => run.Run)).Distinct().ToArray();
            var rows = (await _view.FindRunsAsync(_tenant, runs, cancellationToken)).ToLookup(static row => row.Key, StringComparer.Ordinal);
            foreach (var run in _ended)
            {
                Check(run, [.. rows[KeyOf(run.RunId)]]);
            }

            foreach (var (run, position) in _gone)
            {
                if (_unlisted.Remove(run) || rows[KeyOf(run)].All(static row => row.Listing is null))
                {
                    continue;
                }

                Report(position, InjuryKind.Changed, EndedTable, $"The run {run} is listed, though the record took it off the list.");
            }

            _ended.Clear();
            _gone.Clear();
        }

        await SettleKeysAsync(cancellationToken);
    }

    /// <summary>Looks for what the end of the stream leaves open.</summary>
    /// <param name="last">The stream's last position.</param>
    /// <param name="indexed">How many ended runs the index has.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task EndAsync(long last, long indexed, CancellationToken cancellationToken)
    {
        foreach (var (run, position) in _unlisted)
        {
            Report(position, InjuryKind.Changed, EndedTable, $"The run {run} is not listed, though the record says so.");
        }

        _marks.End();
        foreach (var page in _open.Chunk(PageSize))
        {
            var rows = (await _view.FindRunsAsync(_tenant, [.. page.Select(static run => run.Key)], cancellationToken))
                .Where(static row => row.IsOpen).ToLookup(static row => row.Key, StringComparer.Ordinal);
            foreach (var (run, admitted) in page)
            {
                Check(run, admitted, rows[KeyOf(run)].FirstOrDefault());
            }
        }

        if (indexed != EndedRuns)
        {
            await FindStrangersAsync(last, cancellationToken);
        }
    }

    private void Take(long position, RecordBody body, Witness? witness)
    {
        switch (body)
        {
            case RunAdmittedBody admitted:
                _open[admitted.RunId] = new Admitted(position, admitted.Model, admitted.CreatedAt, admitted.Silo, admitted.ForkedFrom?.RunId);
                if (admitted.IdempotencyKey is { } key)
                {
                    _keys.Add((new IdempotencyEntry(
                        _tenant, key, admitted.RequestHash ?? "", admitted.RunId, _conversation, admitted.CreatedAt), position));
                }

                break;
            case RunRecoveredBody recovered:
                // Its owner wakes all that wait behind it, too.
                foreach (var run in _open.Keys.ToArray())
                {
                    _open[run] = _open[run] with { Waker = recovered.Silo };
                }

                break;
            case RunEndedBody ended:
                _open.Remove(ended.RunId, out var begin);
                _ended.Add(new Ended(
                    ended.RunId, begin, position, ended.AdmittedPosition, (long)ended.Status, ended.EndedAt, witness is not null,
                    witness?.Listed.GetValueOrDefault(ended.RunId)));
                EndedRuns++;
                break;
        }
    }

    // The ingestion of a collection stands in the index as a run does, so that it is woken after a crash.
    private void Take(StoredRecord record, IngestionMark ingestion, bool isWitnessed)
    {
        if (!ingestion.IsEnd)
        {
            _open.TryAdd(ingestion.Id, new Admitted(record.Position, RunEntry.Ingestion, record.At, null, null));
            return;
        }

        _open.Remove(ingestion.Id, out var begin);
        _ended.Add(new Ended(
            ingestion.Id, begin, record.Position, begin?.Position ?? 0, (long)RunStatus.Completed, record.At, isWitnessed, null));
        EndedRuns++;
    }

    private void Check(Ended run, RunRow[] rows)
    {
        if (Array.Find(rows, static row => row.IsOpen) is not null)
        {
            Report(run.Position, InjuryKind.UnknownReference, OpenTable, $"The run {run.RunId} has ended and is open in the index.");
        }

        if (Array.Find(rows, static row => !row.IsOpen) is not { } row)
        {
            Report(run.Position, InjuryKind.Missing, EndedTable, $"The run {run.RunId} is not in the index.");
            return;
        }

        _marks.Take(row, run.Position);
        var listing = run.IsWitnessed && row.Listing != run.Listing;
        if (listing && row.Listing is null)
        {
            _unlisted[run.RunId] = run.Position;
            listing = false;
        }

        ReportDifferences(run.Position, EndedTable, run.RunId,
        [
            ("run_prefix", row.RunId == run.RunId), ("conversation", row.Conversation == _conversation), ("status", row.Status == run.Status),
            ("ended_at", row.EndedAt == run.EndedAt), ("admitted_position", row.AdmittedPosition == run.AdmittedPosition),
            ("ended_position", row.EndedPosition == run.Position), ("listing", !listing),
            ("model", run.Begin is null || row.Model == run.Begin.Model),
            ("created_at", run.Begin is null || row.CreatedAt == run.Begin.CreatedAt),
            ("forked_from", run.Begin is null || row.ForkedFrom == run.Begin.ForkedFrom),
        ]);
    }

    private void Check(string run, Admitted admitted, RunRow? row)
    {
        if (row is null)
        {
            Report(admitted.Position, InjuryKind.Missing, OpenTable, $"The run {run} has not ended and is not among the open ones.");
            return;
        }

        ReportDifferences(admitted.Position, OpenTable, run,
        [
            ("run_prefix", row.RunId == run), ("conversation", row.Conversation == _conversation), ("model", row.Model == admitted.Model),
            ("created_at", row.CreatedAt == admitted.CreatedAt), ("admitted_position", row.AdmittedPosition == admitted.Position),
            ("waker", admitted.Waker is null || row.Waker == admitted.Waker), ("forked_from", row.ForkedFrom == admitted.ForkedFrom),
        ]);
    }

    private async Task SettleKeysAsync(CancellationToken cancellationToken)
    {
        if (_keys.Count == 0)
        {
            return;
        }

        var rows = (await _view.FindIdempotencyKeysAsync(_tenant, [.. _keys.Select(static key => key.Entry.Key)], cancellationToken))
            .ToLookup(static row => row.Key, StringComparer.Ordinal);
        foreach (var (entry, position) in _keys)
        {
            if (rows[entry.Key].FirstOrDefault() is not { } row)
            {
                Report(position, InjuryKind.Missing, KeyTable, $"The idempotency key of the run {entry.RunId} is missing.");
                continue;
            }

            ReportDifferences(position, KeyTable, entry.RunId,
            [
                ("request_hash", row.RequestHash == entry.RequestHash), ("run_id", row.RunId == entry.RunId),
                ("conversation", row.Conversation == entry.Conversation), ("at", row.At == entry.At),
            ]);
        }

        Keys += _keys.Count;
        _keys.Clear();
    }

    // The index has more or fewer ended runs than the stream: those that no record has ended.
    private async Task FindStrangersAsync(long last, CancellationToken cancellationToken)
    {
        var truncated = last;
        for (var after = ""; ;)
        {
            var rows = await _view.ListEndedRunsAsync(_stream, after, PageSize, cancellationToken);
            foreach (var row in rows)
            {
                if (row.EndedPosition > last)
                {
                    truncated = Math.Max(truncated, row.EndedPosition.Value);
                }
                else if (await IsStrangerAsync(row, cancellationToken))
                {
                    Report(row.EndedPosition, InjuryKind.UnknownReference, EndedTable, $"No record ends the run {row.RunId}, which has ended by the index.");
                }
            }

            if (rows.Count < PageSize)
            {
                break;
            }

            after = rows[^1].Key;
        }

        if (truncated > last)
        {
            Report(last + 1, InjuryKind.Truncated, "journal_records", $"The stream ends at {last}; by the index of runs it goes on to {truncated} at least.");
        }
    }

    private async Task<bool> IsStrangerAsync(RunRow row, CancellationToken cancellationToken)
    {
        if (row.EndedPosition is not > 0)
        {
            return true;
        }

        var records = await _view.ReadRecordsAsync(_stream, row.EndedPosition.Value - 1, 1, cancellationToken);
        if (records.Count == 0 || records[0].Position != row.EndedPosition)
        {
            // A record that is missing is named by itself.
            return false;
        }

        try
        {
            return (RecordKind)records[0].Kind != RecordKind.RunEnded
                ? IngestionMark.Read(records[0]) is not { IsEnd: true } ingestion || ingestion.Id != row.RunId
                : ((RunEndedBody)RecordSerializer.Deserialize(records[0].ToRecord())).RunId != row.RunId;
        }
        catch (InvalidDataException)
        {
            // A record that cannot be read is named by itself, too.
            return false;
        }
    }

    private void ReportDifferences(long position, string table, string run, (string Column, bool IsSame)[] columns)
    {
        var different = columns.Where(static column => !column.IsSame).Select(static column => column.Column).ToArray();
        if (different.Length > 0)
        {
            Report(position, InjuryKind.Changed, table, $"Of the run {run}, {string.Join(", ", different)} is not what the records say.");
        }
    }

    private void Report(long? position, InjuryKind kind, string table, string detail) =>
        _found(new Injury(_stream, position, kind, table, detail));

    private static string KeyOf(string runId) =>
        runId.Length > Contracts.Ids.IdSource.Length ? runId[^Contracts.Ids.IdSource.Length..] : "";

    private sealed record Admitted(long Position, string Model, long CreatedAt, string? Waker, string? ForkedFrom);

    private sealed record Ended(
        string RunId, Admitted? Begin, long Position, long AdmittedPosition, long Status, long EndedAt, bool IsWitnessed, string? Listing);
}
