using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Faults;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Retention;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Conversations;

/// <summary>
/// Lets content of a conversation's runs go, and pins runs. The record of the release, the destruction of the keys, the deletion of what stood
/// apart and the lines of the index are one transaction: a crash leaves all of it or nothing, and the next pass does what is left.
/// </summary>
internal sealed class RunRetention(
    ConversationLedger ledger, IJournal journal, ReleasePlanner planner, IFaultPoints faults, TimeProvider time, string silo)
{
    // Who finds the conversation written again and again while it plans leaves it to the next pass.
    private const int MostPlans = 3;

    /// <summary>Lets the content of runs go; those that are pinned, open, released or not here are left out.</summary>
    /// <returns>What was let go; nothing where the conversation was written all the while.</returns>
    public async Task<RunsRelease> ReleaseAsync(IReadOnlyList<string> runIds, string reason)
    {
        for (var plans = 0; plans < MostPlans; plans++)
        {
            var (state, position) = (ledger.State, ledger.State.Position);
            var runs = await FindAsync(runIds);
            if (runs.Count == 0)
            {
                return RunsRelease.Nothing;
            }

            var keys = ledger.Keys is { } known ? Keyring.Parse(known.ToBytes()) : null;
            var deleted = state.IsDeleted ? runs.Select(static run => run.RunId).ToHashSet(StringComparer.Ordinal) : new HashSet<string>(state.Deleted, StringComparer.Ordinal);

            // It opens every record of the stream: on the pool, where it takes nothing of this activation.
            var plan = await Task.Run(() => planner.PlanAsync(runs[0].Stream, position, runs, keys, deleted, CancellationToken.None));
            faults.Hit(FaultPoint.BeforeRelease);
            if (plan.Position == position && await TryAppendAsync(plan, reason))
            {
                faults.Hit(FaultPoint.AfterRelease);
                return new RunsRelease { RunIds = [.. runs.Select(static run => run.RunId)], Bytes = plan.Bytes };
            }
        }

        return RunsRelease.Nothing with { IsBusy = true };
    }

    /// <summary>Pins or unpins a run that has ended. Doing so again changes nothing.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.ResponseNotFound"/>, <see cref="ErrorCodes.RunNotEnded"/>, <see cref="ErrorCodes.RunReleased"/>.
    /// </exception>
    /// <returns>False when it was so already.</returns>
    public async Task<bool> PinAsync(string runId, bool isPinned)
    {
        var (tenant, conversation) = (ledger.State.Tenant, ledger.State.Id);
        while (true)
        {
            var position = ledger.State.Position;
            if (await journal.FindRunAsync(tenant, runId, CancellationToken.None) is not { } run || run.Conversation != conversation)
            {
                throw new OrleansAiException(ErrorCodes.ResponseNotFound, $"There is no run '{runId}'.");
            }

            if (run.EndedPosition is null)
            {
                throw new OrleansAiException(ErrorCodes.RunNotEnded, $"The run '{runId}' has not ended; retention leaves it until then. Pin it when it has.");
            }

            if ((run.Pinned == true) == isPinned)
            {
                return false;
            }

            if (run.ReleasedAt is { } released)
            {
                throw new OrleansAiException(
                    ErrorCodes.RunReleased,
                    $"Retention let the content of the run '{runId}' go at {DateTimeOffset.FromUnixTimeMilliseconds(released):u}; there is nothing to pin any more.");
            }

            if (await TryAppendAsync(position, new Entry(new RunPinChangedBody { RunId = runId, IsPinned = isPinned })
            {
                Runs = [new RunChange(RunChangeKind.Pin, run with { Pinned = isPinned })],
            }))
            {
                return true;
            }
        }
    }

    private async Task<IReadOnlyList<RunEntry>> FindAsync(IReadOnlyList<string> runIds)
    {
        var (tenant, conversation) = (ledger.State.Tenant, ledger.State.Id);
        var runs = new List<RunEntry>(runIds.Count);
        foreach (var id in runIds)
        {
            if (await journal.FindRunAsync(tenant, id, CancellationToken.None) is { EndedPosition: not null, ReleasedAt: null, Pinned: not true } run
                && run.Conversation == conversation)
            {
                runs.Add(run);
            }
        }

        return runs;
    }

    private Task<bool> TryAppendAsync(ReleasePlan plan, string reason)
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        var body = new RunsReleasedBody
        {
            At = at,
            Reason = reason,
            Silo = silo,
            Runs = Ids(plan.Runs.Where(run => !plan.WholeRuns.Contains(run.RunId))),
            WholeRuns = Ids(plan.Runs.Where(run => plan.WholeRuns.Contains(run.RunId))),
        };
        return TryAppendAsync(plan.Position, new Entry(body)
        {
            Destroys = IsAll(plan) ? [KeyPath.Root] : plan.Keys,
            Erasure = KeyErasure.Soon,
            Release = plan.Contents.Count > 0 ? ContentRelease.Of(plan.Contents) : null,
            Runs =
            [
                .. plan.Runs.Select(run => new RunChange(RunChangeKind.Release, run with { ReleasedAt = at, Pinned = null })),
                .. plan.Runs.Where(run => run.Listing is not null && plan.WholeRuns.Contains(run.RunId))
                    .Select(static run => new RunChange(RunChangeKind.Unlist, run)),
            ],
        });
    }

    // Decided on what stood in the stream up to a position: where it goes on, it is decided anew.
    private async Task<bool> TryAppendAsync(long position, Entry entry)
    {
        var isWritten = false;
        await ledger.AppendAsync((state, next) =>
        {
            isWritten = next == position + 1;
            return isWritten ? entry : null;
        });
        return isWritten;
    }

    // A hidden conversation that nothing else was ever said in needs no keys any more.
    private bool IsAll(ReleasePlan plan) => plan.WholeRuns.Count == plan.Runs.Count && ledger.State is { Open.Count: 0 } state
        && state.Turns == plan.Runs.Count && state.Id.StartsWith(IdPrefixes.Thread, StringComparison.Ordinal);

    private static IReadOnlyList<string>? Ids(IEnumerable<RunEntry> runs) => runs.Select(static run => run.RunId).ToArray() is { Length: > 0 } ids ? ids : null;
}
