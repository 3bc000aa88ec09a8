using OrleansAi.Engine.Records;
using OrleansAi.Engine.Retrieval;
using OrleansAi.Engine.Runs;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Replay;

/// <summary>
/// A finished run on its way to its plan by what its record says of itself: which turns it was told. It gets one only if the record proves it;
/// whatever does not fit is left to <see cref="ReplaySource"/>, which looks at the conversation and tells what is wrong.
/// </summary>
internal sealed class BatchedRun
{
    private const int MostRecords = 512;

    // Behind what a search and some rounds of tools write before a turn ends.
    private const int Lookback = 16;

    private readonly RunEntry _entry;
    private readonly StreamRecords _records;
    private readonly RunAdmittedBody _admitted;
    private readonly RunEndedBody _ended;
    private readonly PromptOutput _prompt;
    private readonly bool _isTruncated;
    private List<long> _turns = [];

    private BatchedRun(RunEntry entry, StreamRecords records, RunAdmittedBody admitted, RunEndedBody ended, PromptOutput prompt)
    {
        (_entry, _records, _admitted, _ended, _prompt) = (entry, records, admitted, ended, prompt);
        _isTruncated = ContextManifest.IsTruncated(prompt.Context);
    }

    /// <summary>The run.</summary>
    public string RunId => _entry.RunId;

    /// <summary>Where the turns that it was told stand, some records before them included.</summary>
    public JournalSpan History => new(_entry.Stream, HistoryFrom, _entry.AdmittedPosition - 1);

    private long First => _prompt.Turns > 0 ? _prompt.FirstTurnPosition : _entry.AdmittedPosition;

    // From the beginning where nothing was left out, to see that nothing was.
    private long HistoryFrom => _isTruncated ? Math.Max(1, First - Lookback) : 1;

    /// <summary>Where a run's own records stand; null when it is not finished, or spread too far.</summary>
    public static JournalSpan? Own(RunEntry entry) => entry.EndedPosition is { } ended && ended - entry.AdmittedPosition <= MostRecords
        ? new JournalSpan(entry.Stream, entry.AdmittedPosition, ended)
        : null;

    /// <summary>A run whose own records were read; null when its record does not say what it was told, or is not all there.</summary>
    /// <exception cref="InvalidDataException">A record cannot be read.</exception>
    public static BatchedRun? Of(RunEntry entry, StreamRecords records)
    {
        if (records.Body(entry.AdmittedPosition) is not RunAdmittedBody admitted
            || records.Body(entry.EndedPosition!.Value) is not RunEndedBody ended
            || ended.Steps.FirstOrDefault(static step => step.Prompt is not null)?.Prompt is not { } prompt
            || entry.ReleasedAt is not null
            || ReplaySource.IsDestroyed(new ArchivedRun(entry, admitted, ended)))
        {
            return null;
        }

        var run = new BatchedRun(entry, records, admitted, ended, prompt);
        return run.First - run.HistoryFrom <= MostRecords && entry.AdmittedPosition - run.First is >= -MostRecords and <= MostRecords ? run : null;
    }

    /// <summary>Finds the turns among the records that were read. False when they are not all there.</summary>
    /// <param name="missing">Gets the places of admissions that have to be read.</param>
    /// <exception cref="InvalidDataException">A record cannot be read.</exception>
    public bool FindTurns(List<JournalSpan> missing)
    {
        foreach (var record in _records.Between(First, _entry.EndedPosition!.Value - 1).Where(IsTurn))
        {
            // Of what an earlier build did not seal, a deletion left the content in place.
            if (!SealedForm.IsSealed(record.Body.Span))
            {
                return false;
            }

            if (_records.Body(record.Position) is RunEndedBody { AdmittedPosition: var at } && _records.Body(at) is null)
            {
                missing.Add(new JournalSpan(_entry.Stream, at, at));
            }
        }

        return true;
    }

    /// <summary>Opens what the run is made from. False when its turns are not those that the record counts.</summary>
    /// <exception cref="InvalidDataException">A record cannot be read.</exception>
    public bool Open()
    {
        _turns = [.. _records.Between(First, _entry.EndedPosition!.Value - 1).Where(IsKept).Take(_prompt.Turns).Select(static record => record.Position)];
        var isMoreBefore = _records.Between(HistoryFrom, First - 1).Reverse().Any(IsKept)
            || (HistoryFrom == 1 && _records.Body(1) is RunAdmittedBody { Fork: not null });
        return _turns.Count == _prompt.Turns && isMoreBefore == _isTruncated;
    }

    /// <summary>The payloads that its vendors' answers stand in.</summary>
    public IEnumerable<OwnedHash> Answers() => Attempts()
        .Where(static attempt => attempt.Response?.Hash is not null)
        .Select(attempt => new OwnedHash(_entry.Stream, ContentHash.Parse(attempt.Response!.Hash!)));

    /// <summary>The run with its plan; null when the plan is not the one that the record proves.</summary>
    /// <exception cref="InvalidDataException">A content is missing or cannot be read.</exception>
    public ReplayedRun? Plan(IReadOnlyDictionary<OwnedHash, ReadOnlyMemory<byte>> contents)
    {
        var plan = new RunPlan
        {
            Admitted = _admitted,
            AdmittedPosition = _entry.AdmittedPosition,
            History = _turns.ConvertAll(_records.Turn),
            IsTruncated = _isTruncated,
            Mode = RunMode.Replay,
            Recorded = _ended.Steps,
            Recoveries = Recoveries(),
            Silo = _admitted.Silo,
            Timeout = TimeSpan.Zero,
        };
        if (!ReplaySource.IsWhole(plan, out var context))
        {
            return null;
        }

        var answers = new Dictionary<AttemptBody, byte[]>(ReferenceEqualityComparer.Instance);
        foreach (var attempt in Attempts())
        {
            answers[attempt] = attempt.Response!.Open(hash => contents.TryGetValue(new OwnedHash(_entry.Stream, hash), out var content)
                ? content
                : throw new InvalidDataException($"The content {hash} of {_entry.Stream} is missing."));
        }

        return new ReplayedRun(_admitted, _ended, plan with { Context = context }, answers);
    }

    private static bool IsTurn(JournalRecord record) => record.Kind is RecordKind.RunEnded or RecordKind.ItemsAdded;

    // Of a turn that was not to be kept no other is told.
    private bool IsKept(JournalRecord record) => IsTurn(record)
        && (_records.Body(record.Position) is not RunEndedBody ended || _records.Body(ended.AdmittedPosition) is RunAdmittedBody { Forget: false });

    private IEnumerable<AttemptBody> Attempts() =>
        _ended.Steps.SelectMany(static step => step.Model?.Calls ?? []).Where(static call => call.Response is not null);

    private int Recoveries() => _records.Between(_entry.AdmittedPosition, _entry.EndedPosition!.Value)
        .Where(static record => record.Kind == RecordKind.RunRecovered)
        .Select(record => _records.Body(record.Position)).OfType<RunRecoveredBody>()
        .LastOrDefault(recovered => recovered.RunId == RunId)?.Attempt - 1 ?? 0;
}
