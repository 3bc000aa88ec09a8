using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
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
        return new RunTrace
        {
            Run = run.ToView(),
            Steps = RunViews.Steps(run.Admitted, run.Ended),
            Recoveries = run.Ended?.Recoveries ?? await CountRecoveriesAsync(run, cancellationToken),
            Waker = run.Entry.Waker,
        };
    }

    private async Task<int> CountRecoveriesAsync(ArchivedRun run, CancellationToken cancellationToken)
    {
        var newest = await journal.ReadBackwardAsync(
            run.Entry.Stream, long.MaxValue, 100, [RecordKind.RunRecovered], cancellationToken);
        return newest
            .Select(RecordSerializer.Deserialize)
            .OfType<RunRecoveredBody>()
            .FirstOrDefault(recovered => recovered.RunId == run.Admitted.RunId)?.Attempt - 1 ?? 0;
    }
}
