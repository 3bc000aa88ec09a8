using System.Text;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Forks;
using OrleansAi.Engine.Records;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Runs;

/// <summary>A run as the journal has it.</summary>
/// <param name="Entry">Its line in the index.</param>
/// <param name="Admitted">Its admission.</param>
/// <param name="Ended">Its end, or null while it is open.</param>
public sealed record ArchivedRun(RunEntry Entry, RunAdmittedBody Admitted, RunEndedBody? Ended)
{
    /// <summary>The run as its caller sees it.</summary>
    public RunView ToView() => Ended is null
        ? RunViews.Open(Admitted, Entry.Conversation, RunStatus.InProgress)
        : RunViews.Ended(Admitted, Ended, Entry.Conversation);
}

/// <summary>Reads runs from the journal, wherever they ran.</summary>
public sealed class RunArchive(IJournalReader journal, RecordReader reader)
{
    private const string Running = "running";
    private const int PageSize = 100;

    private readonly Promotions _promotions = new(journal);

    /// <summary>A run with its records, or null when there is none.</summary>
    public async Task<ArchivedRun?> FindAsync(string tenant, string runId, CancellationToken cancellationToken)
    {
        if (await journal.FindRunAsync(tenant, runId, cancellationToken) is not { } entry)
        {
            return null;
        }

        long[] positions = entry.EndedPosition is { } ended ? [entry.AdmittedPosition, ended] : [entry.AdmittedPosition];
        var records = await reader.ResolveAsync(
            entry.Stream, await journal.ReadAtAsync(entry.Stream, positions, cancellationToken), cancellationToken);
        return new ArchivedRun(
            entry,
            records.Select(static record => record.Body).OfType<RunAdmittedBody>().FirstOrDefault()
                ?? throw new InvalidDataException($"The admission of {runId} is missing at {entry.AdmittedPosition} of {entry.Stream}."),
            records.Select(static record => record.Body).OfType<RunEndedBody>().FirstOrDefault());
    }

    /// <summary>A run with its chain.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ResponseNotFound"/></exception>
    public async Task<RunTrace> TraceAsync(string tenant, string runId, CancellationToken cancellationToken)
    {
        var run = await FindAsync(tenant, runId, cancellationToken)
            ?? throw new OrleansAiException(ErrorCodes.ResponseNotFound, $"There is no run '{runId}'.");
        var replaced = run.Entry.EndedPosition is null ? null : (await _promotions.NextAsync(run.Entry, cancellationToken)).Promotion;
        var steps = RunViews.Steps(run.Admitted, run.Ended);
        var attempts = await AttemptsAsync(run, cancellationToken);
        return new RunTrace
        {
            Run = run.ToView(),
            Steps = steps,
            Recoveries = run.Ended?.Recoveries ?? attempts[^1].Attempt - 1,
            Waker = run.Entry.Waker,
            Attempts = attempts,
            Timing = run.Ended is { } ended ? RunFigures.Timing(run.Admitted, ended, steps, attempts) : null,
            Cost = RunFigures.Cost(steps),
            ForkedFrom = run.Admitted.ForkedFrom,
            Promotion = await _promotions.FindAsync(run.Entry, cancellationToken),
            ReplacedBy = replaced?.RunId,
            InstructionsHash = run.Admitted.Instructions is { IsDestroyed: false } instructions
                ? ContentHash.Of(Encoding.UTF8.GetBytes(instructions.Text)).ToString()
                : null,
        };
    }

    // Every process that takes a run up writes a record before it does anything else.
    private async Task<IReadOnlyList<RunAttempt>> AttemptsAsync(ArchivedRun run, CancellationToken cancellationToken)
    {
        var attempts = new List<RunAttempt>
        {
            new() { Attempt = 1, Silo = run.Admitted.Silo, StartedAt = run.Admitted.CreatedAt, Outcome = Running, Origin = run.Admitted.Origin },
        };
        var next = run.Entry.AdmittedPosition;
        IReadOnlyList<JournalRecord> page = [];
        do
        {
            page = run.Ended is { Recoveries: 0 }
                ? []
                : await journal.ReadForwardAsync(run.Entry.Stream, next, PageSize, [RecordKind.RunRecovered], cancellationToken);
            foreach (var record in RecordReader.Read(page))
            {
                if (record.Body is RunRecoveredBody recovered && recovered.RunId == run.Admitted.RunId)
                {
                    attempts[^1] = attempts[^1] with { Outcome = "abandoned" };
                    attempts.Add(new RunAttempt
                    {
                        Attempt = recovered.Attempt,
                        Silo = recovered.Silo,
                        StartedAt = record.At,
                        Outcome = Running,
                        Origin = recovered.Origin,
                    });
                }
            }

            next = page.Count > 0 ? page[^1].Position : next;
        }
        while (page.Count == PageSize && (run.Entry.EndedPosition is not { } ended || next < ended));

        if (run.Ended is not null)
        {
            attempts[^1] = attempts[^1] with { Outcome = "ended", Origin = run.Ended.Origin ?? attempts[^1].Origin };
        }

        return attempts;
    }
}
