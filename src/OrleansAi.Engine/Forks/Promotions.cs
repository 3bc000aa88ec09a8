using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Replay;
using OrleansAi.Engine.Runs;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Forks;

/// <summary>
/// Which turn a fork would stand in the place of, and which it does. Nothing but the conversation's stream says so: the turn that
/// replaces another is the next one behind it, so a look at one record tells.
/// </summary>
/// <param name="journal">The journal.</param>
public sealed class Promotions(IJournalReader journal)
{
    private const int MostGenerations = 32;

    private static readonly RecordKind[] Turns = [RecordKind.RunEnded, RecordKind.ItemsAdded];

    /// <summary>The run of a conversation that a run is a fork of, or a fork of a fork; null for what is no fork of such a run.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ResponseNotFound"/>: there is no such run.</exception>
    public async Task<RunEntry?> OriginAsync(string tenant, string runId, CancellationToken cancellationToken)
    {
        var entry = await journal.FindRunAsync(tenant, runId, cancellationToken)
            ?? throw new OrleansAiException(ErrorCodes.ResponseNotFound, $"There is no run '{runId}'.");
        if (entry.ForkedFrom is null)
        {
            return null;
        }

        for (var generation = 0; entry is { ForkedFrom: { } origin } && generation < MostGenerations; generation++)
        {
            entry = await journal.FindRunAsync(tenant, origin, cancellationToken);
        }

        return entry is { ForkedFrom: null, EndedPosition: not null } && entry.Conversation.StartsWith(IdPrefixes.Conversation, StringComparison.Ordinal)
            ? entry
            : null;
    }

    /// <summary>What follows a turn.</summary>
    /// <param name="turn">Its run, which has ended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it is the last one; and what has replaced it, if anything has.</returns>
    public async Task<(bool IsLast, Promotion? Promotion)> NextAsync(RunEntry turn, CancellationToken cancellationToken)
    {
        var next = await journal.ReadForwardAsync(turn.Stream, turn.EndedPosition!.Value, 1, Turns, cancellationToken);
        if (next.Count == 0)
        {
            return (true, null);
        }

        return (false, next[0].Kind == RecordKind.ItemsAdded
            && RecordSerializer.Deserialize(next[0]) is ItemsAddedBody { Promoted: { } promoted } added && promoted.Replaces == turn.RunId
                ? new Promotion
                {
                    RunId = promoted.RunId,
                    ConversationId = turn.Conversation,
                    Replaces = promoted.Replaces,
                    Items = [.. added.Items.Select(static item => item.Id)],
                    PromotedAt = next[0].At,
                }
                : null);
    }

    /// <summary>What has become of a fork; null where it was not promoted.</summary>
    public async Task<Promotion?> FindAsync(RunEntry run, CancellationToken cancellationToken) =>
        run.ForkedFrom is not null && await OriginAsync(run.Tenant, run.RunId, cancellationToken) is { } origin
            && (await NextAsync(origin, cancellationToken)).Promotion is { } promotion && promotion.RunId == run.RunId
                ? promotion
                : null;

    /// <summary>The items that a fork would add to its conversation.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.RunNotEnded"/>, <see cref="ErrorCodes.RunNotPromotable"/>, <see cref="ErrorCodes.ContentNotKept"/>.
    /// </exception>
    public static IReadOnlyList<NewItem> ItemsOf(ArchivedRun fork)
    {
        var id = fork.Entry.RunId;
        if (fork.Ended is not { } ended)
        {
            throw new OrleansAiException(ErrorCodes.RunNotEnded, $"The run '{id}' has not ended; it can be promoted once it has.");
        }

        if (ended.Status != RunStatus.Completed)
        {
            throw NotPromotable(id, $"it has the status '{ended.Status}', and what becomes a turn must be complete");
        }

        ReplaySource.RefuseDestroyed(fork);

        // A search says nothing to later turns; what was cited of it stands in the message.
        return [.. Turn.Of(fork.Admitted, ended, 0).Items.Where(static item => item.Kind != ItemKind.FileSearchCall).Select(NewItem.Of)];
    }

    /// <summary>The error for a run that can be no turn of a conversation.</summary>
    public static OrleansAiException NotPromotable(string runId, string why) =>
        new(ErrorCodes.RunNotPromotable, $"The run '{runId}' cannot be promoted: {why}.");
}
