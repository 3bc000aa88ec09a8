using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Faults;
using OrleansAi.Engine.Forks;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Grains.Conversations;

/// <summary>
/// Makes a fork the turn that it was forked from. What was there is looked up in the stream, and what is written is decided at the
/// position at which it was looked up, so it is written once or not at all, whoever else asks for it and wherever a process ends.
/// </summary>
internal sealed class Promoting(ConversationLedger ledger, RunArchive archive, Promotions promotions, IdSource ids, IFaultPoints faults)
{
    private const int MostAttempts = 10;

    /// <summary>Promotes a fork; one that is promoted already stays as it is.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.ConversationNotFound"/>, <see cref="ErrorCodes.ConversationMovedOn"/>, <see cref="ErrorCodes.ResponseNotFound"/>, and what
    /// <see cref="Promotions.ItemsOf"/> throws.
    /// </exception>
    public async Task<Promotion> PromoteAsync(string runId)
    {
        var (tenant, conversation) = (ledger.State.Tenant, ledger.State.Id);
        var origin = await promotions.OriginAsync(tenant, runId, CancellationToken.None);
        if (origin?.Conversation != conversation)
        {
            throw Promotions.NotPromotable(runId, $"it is no fork of a run of '{conversation}'");
        }

        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var seen = ledger.State.Position;
            var (isLast, promotion) = await promotions.NextAsync(origin, CancellationToken.None);
            if (promotion?.RunId == runId)
            {
                return promotion;
            }

            var fork = await archive.FindAsync(tenant, runId, CancellationToken.None)
                ?? throw new OrleansAiException(ErrorCodes.ResponseNotFound, $"There is no run '{runId}'.");
            var items = Promotions.ItemsOf(fork);
            if (!isLast || ledger.State.Open.Count > 0)
            {
                throw MovedOn(origin.RunId, promotion?.RunId ?? (ledger.State.Open is [var open, ..] ? open.Admitted.RunId : null));
            }

            faults.Hit(FaultPoint.BeforePromotion);
            var isWritten = false;
            await ledger.AppendAsync((state, position) =>
            {
                if (!state.Exists)
                {
                    throw ConversationGrain.NotFound(state.Id);
                }

                isWritten = state.Position == seen;
                return !isWritten ? null : new Entry(new ItemsAddedBody
                {
                    Items = [.. items.Select((item, index) => StoredItem.Of(ItemIds.Added(item.Kind, ids, position, index), item))],
                    Promoted = new PromotedRun { RunId = runId, Replaces = origin.RunId },
                });
            });
            if (isWritten)
            {
                faults.Hit(FaultPoint.AfterPromotion);
            }
        }

        throw new OrleansAiException(
            ErrorCodes.VersionConflict, $"The conversation was written by somebody else {MostAttempts} times in a row; try again.")
        {
            IsTransient = true,
        };
    }

    private static OrleansAiException MovedOn(string origin, string? next) => new(
        ErrorCodes.ConversationMovedOn,
        $"The turn of '{origin}' is not the last one of its conversation any more{(next is null ? "" : $": it was followed by '{next}'")}; "
        + "a fork takes the place of the turn that it was forked from, as long as nothing was said after it.")
    {
        RunId = next,
    };
}
