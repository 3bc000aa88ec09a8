using OrleansAi.Contracts.Errors;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Conversations;

/// <summary>
/// Deletes content: the record of the deletion and the destruction of the keys are one transaction, so nothing that is called
/// deleted can be read from the store any more.
/// </summary>
internal sealed class Deletion(ConversationLedger ledger, TurnQueue queue, TranscriptReader transcript)
{
    /// <summary>Deletes an item, and what of its run contains it besides.</summary>
    /// <exception cref="OrleansAiException">There is no such item, or a run is at work on it.</exception>
    public async Task DeleteItemAsync(string itemId)
    {
        await transcript.GetAsync(ledger.State, itemId, CancellationToken.None);
        CheckIsAtRest(ledger.State, itemId);
        var keys = await transcript.KeysOfAsync(ledger.State, itemId, CancellationToken.None);
        await ledger.AppendAsync((state, _) =>
        {
            if (!state.Exists)
            {
                throw ConversationGrain.NotFound(state.Id);
            }

            CheckIsAtRest(state, itemId);
            return state.Deleted.Contains(itemId) ? null : Entry([itemId], keys);
        });
    }

    /// <summary>Deletes a run with all of its items.</summary>
    public async Task DeleteRunAsync(RunEntry run)
    {
        var stepped = await transcript.SteppedAsync(run.Stream, run.RunId, run.AdmittedPosition, run.EndedPosition, CancellationToken.None);
        long[] positions = run.EndedPosition is { } ended ? [run.AdmittedPosition, .. stepped, ended] : [run.AdmittedPosition, .. stepped];
        await ledger.AppendAsync((state, _) =>
        {
            if (run.EndedPosition is null && state.FindOpen(run.RunId) is null)
            {
                // Its end was written since it was looked for, and has to be destroyed too.
                throw Locked(run.RunId, $"The response '{run.RunId}' is ending; try again.");
            }

            return state.Deleted.Contains(run.RunId) ? null : Entry([run.RunId], [.. positions.Select(KeyPath.OfRecord)]) with
            {
                Runs = run.Listing is null ? [] : [new RunChange(RunChangeKind.Unlist, run)],
            };
        });
    }

    /// <summary>Deletes the conversation; its open runs are cancelled.</summary>
    public async Task DeleteAllAsync()
    {
        foreach (var open in ledger.State.Open.ToArray())
        {
            if (queue.Find(open.Admitted.RunId) is { } run)
            {
                await queue.CancelAsync(run);
            }
        }

        await ledger.AppendAsync((state, _) => state.Exists
            ? new Entry(new ConversationDeletedBody()) { Destroys = [KeyPath.Root], Erasure = KeyErasure.AtOnce }
            : null);
    }

    private static Entry Entry(IReadOnlyList<string> ids, IReadOnlyList<KeyPath> keys) =>
        new(new ItemsDeletedBody { Ids = ids }) { Destroys = keys, Erasure = KeyErasure.AtOnce };

    private static void CheckIsAtRest(ConversationState state, string itemId)
    {
        if (state.Open.Find(run => run.Admitted.Input.Any(item => item.Id == itemId)) is { } open)
        {
            throw Locked(
                open.Admitted.RunId, $"The response '{open.Admitted.RunId}' is at work on this item; wait for it or cancel it.");
        }
    }

    private static OrleansAiException Locked(string runId, string message) =>
        new(ErrorCodes.ConversationLocked, message) { IsTransient = true, RunId = runId };
}
