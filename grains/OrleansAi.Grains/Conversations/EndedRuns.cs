using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Grains.Conversations;

/// <summary>The runs of one conversation that are not at work here: what is remembered of them, else what the journal has.</summary>
internal sealed class EndedRuns(ConversationLedger ledger, TurnQueue queue, RunArchive archive, string tenant, string conversationId)
{
    public async Task<RunView> GetAsync(string runId)
    {
        var view = (ledger.State.Deleted.Contains(runId) ? null : ledger.State.FindEnded(runId)) ?? ledger.State.WithoutDeleted((await FindAsync(runId)).ToView());

        // The hidden conversation of a chat completion has its metadata, which its caller may change.
        return view.Kind == RunKind.ChatCompletion && conversationId.StartsWith(IdPrefixes.Thread, StringComparison.Ordinal) ? view with { Metadata = ledger.State.Metadata } : view;
    }

    // Whoever began a run that is not kept may ask for its events when it has ended already; nobody else knows its conversation.
    public RunEventLog? NotKept(string runId) =>
        ledger.State.FindEnded(runId) is { Options.Forget: true } ended ? RunEventReplay.Of(ended) : null;

    public async Task<RunEventLog> RebuildAsync(string runId)
    {
        var run = await FindAsync(runId);
        return run.Ended is { } ended
            ? RunEventReplay.Rebuild(run.Admitted, ended, conversationId)
            : queue.Find(runId)?.Log ?? throw new OrleansAiException(
                ErrorCodes.VersionConflict, $"The run '{runId}' is being taken up by another process; try again.")
            {
                IsTransient = true,
            };
    }

    public async Task<ArchivedRun> FindAsync(string runId)
    {
        var run = await archive.FindAsync(tenant, runId, CancellationToken.None);
        return run is not null && run.Entry.Conversation == conversationId && !IsGone(run)
            ? run
            : throw new OrleansAiException(ErrorCodes.ResponseNotFound, $"There is no response '{runId}'.");
    }

    // A run whose caller wished nothing of it to be kept is there until it has ended.
    private bool IsGone(ArchivedRun run) =>
        ledger.State.Deleted.Contains(run.Admitted.RunId) || run is { Admitted.Forget: true, Ended: not null };
}
