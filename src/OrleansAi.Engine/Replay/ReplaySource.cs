using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Retrieval;
using OrleansAi.Engine.Runs;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Replay;

/// <summary>Reads what a finished run was made from: its records, and what stood before it in its conversation.</summary>
/// <param name="journal">The journal.</param>
/// <param name="reader">Reads records.</param>
/// <param name="window">How much history a request may hold.</param>
public sealed class ReplaySource(IJournalReader journal, RecordReader reader, ContextSize window)
{
    private const int PageSize = 500;

    private static readonly RecordKind[] Between =
        [RecordKind.RunEnded, RecordKind.RunRecovered, RecordKind.ItemsAdded, RecordKind.ItemsDeleted, RecordKind.ConversationDeleted];

    private static readonly RecordKind[] Deletions = [RecordKind.ItemsDeleted, RecordKind.ConversationDeleted];

    private readonly RunArchive _archive = new(journal, reader);
    private readonly TranscriptReader _transcripts = new(journal, reader);

    /// <summary>A finished run with the plan that it was carried out by.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.ResponseNotFound"/>, <see cref="ErrorCodes.RunNotEnded"/>, <see cref="ErrorCodes.ContentNotKept"/>,
    /// <see cref="ErrorCodes.RunReleased"/>.
    /// </exception>
    public async Task<ReplayedRun> LoadAsync(string tenant, string runId, CancellationToken cancellationToken) =>
        (await LoadTogetherAsync(tenant, [runId], cancellationToken)).GetValueOrDefault(runId) ?? await LoadAloneAsync(tenant, runId, cancellationToken);

    /// <summary>
    /// Finished runs by their ids, in a few calls of the store for all of them. Those are left out whose record does not prove what they
    /// were carried out from: <see cref="LoadAloneAsync"/> looks for it in their conversations, and tells what is wrong with them.
    /// </summary>
    public Task<IReadOnlyDictionary<string, ReplayedRun>> LoadTogetherAsync(
        string tenant, IReadOnlyCollection<string> runIds, CancellationToken cancellationToken) =>
        new ReplayBatch(journal).LoadAsync(tenant, runIds, cancellationToken);

    /// <summary>A finished run with the plan that it was carried out by, out of what stands before it in its conversation.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.ResponseNotFound"/>, <see cref="ErrorCodes.RunNotEnded"/>, <see cref="ErrorCodes.ContentNotKept"/>.
    /// </exception>
    public async Task<ReplayedRun> LoadAloneAsync(string tenant, string runId, CancellationToken cancellationToken)
    {
        var run = await _archive.FindAsync(tenant, runId, cancellationToken)
            ?? throw new OrleansAiException(ErrorCodes.ResponseNotFound, $"There is no run '{runId}'.");
        if (run is not { Ended: { } ended, Entry.EndedPosition: { } endedAt })
        {
            throw new OrleansAiException(ErrorCodes.RunNotEnded, $"The run '{runId}' has not ended; a run is replayed from its record.");
        }

        RefuseDestroyed(run);
        var (places, recoveries) = await StartsAsync(run, endedAt, cancellationToken);
        var past = await PastAsync(run, tenant, places[^1], cancellationToken);
        var plan = Plan(run, places, past, recoveries);
        if (!IsWhole(plan))
        {
            // Something is not as it was; where it was deleted that is no difference of this build's making.
            await RefuseDeletedAsync(run, tenant, past, cancellationToken);
        }

        return new ReplayedRun(run.Admitted, ended, plan, await AnswersAsync(run, ended, cancellationToken));
    }

    /// <summary>What a finished run was told of its conversation, as far as it is kept, and whether that is all.</summary>
    public async Task<(IReadOnlyList<Turn> Turns, bool IsWhole)> HistoryAsync(ArchivedRun run, CancellationToken cancellationToken)
    {
        if (run.Entry.EndedPosition is not { } endedAt)
        {
            return ([], true);
        }

        try
        {
            var (places, recoveries) = await StartsAsync(run, endedAt, cancellationToken);
            var plan = Plan(run, places, await PastAsync(run, run.Entry.Tenant, places[^1], cancellationToken), recoveries);
            return (plan.History, IsWhole(plan));
        }
        catch (OrleansAiException exception) when (exception.Code == ErrorCodes.ContentNotKept)
        {
            // The conversation, or the one that it was forked from, was deleted.
            return ([], false);
        }
    }

    private async Task<IReadOnlyList<Turn>> PastAsync(ArchivedRun run, string tenant, long position, CancellationToken cancellationToken)
    {
        try
        {
            return await _transcripts.PastAsync(
                tenant, new ForkPoint { ConversationId = run.Entry.Conversation, Position = position }, window, cancellationToken);
        }
        catch (OrleansAiException exception) when (exception.Code == ErrorCodes.PreviousResponseNotFound)
        {
            throw NotKept($"A conversation that the run '{run.Admitted.RunId}' goes on from was deleted.");
        }
    }

    /// <summary>True when all that the run was told is there as it was: what was deleted since, or before it began, was no part of it.</summary>
    internal static bool IsWhole(RunPlan plan) => IsWhole(plan, out _);

    /// <summary>The same with what the model is told; null where that was not put together.</summary>
    internal static bool IsWhole(RunPlan plan, out ContextAssembly? context)
    {
        context = null;
        if (plan.Recorded.FirstOrDefault(static step => step.Stage == Stage.PromptAssembly) is not { } assembled)
        {
            return true;
        }

        var retrieved = plan.Recorded.FirstOrDefault(static step => step.Retrieval is not null)?.Retrieval;
        if (RequestHasher.Assembly(plan, retrieved?.Hash) != assembled.InputHash)
        {
            return false;
        }

        try
        {
            if (assembled.Prompt is not { } prompt)
            {
                return true;
            }

            context = ContextAssembly.Of(plan, retrieved);
            return RequestHasher.Request(plan, new ModelTarget(prompt.Vendor, prompt.Model), context.Messages, context.DeniesTools) == prompt.RequestHash;
        }
        catch (OrleansAiException)
        {
            // The output of a call that is not there any more.
            return false;
        }
    }

    // Where the run may have begun: behind what stood before it, and behind each item that was added while it was open.
    private async Task<(IReadOnlyList<long> Places, int Recoveries)> StartsAsync(ArchivedRun run, long endedAt, CancellationToken cancellationToken)
    {
        var (start, recoveries, next) = (run.Entry.AdmittedPosition, 0, run.Entry.AdmittedPosition);
        var added = new List<long>();
        IReadOnlyList<JournalRecord> page;
        do
        {
            page = await journal.ReadForwardAsync(run.Entry.Stream, next, PageSize, Between, cancellationToken);
            foreach (var record in RecordReader.Read(page).TakeWhile(record => record.Position < endedAt))
            {
                switch (record.Body)
                {
                    case RunRecoveredBody recovered when recovered.RunId == run.Admitted.RunId:
                        (start, recoveries) = (record.Position, recovered.Attempt - 1);
                        break;
                    case RunEndedBody:
                        start = record.Position;
                        break;
                    case ItemsAddedBody:
                        added.Add(record.Position);
                        break;
                }
            }

            next = page.Count > 0 ? page[^1].Position : endedAt;
        }
        while (page.Count == PageSize && next < endedAt);

        return ([start, .. added.Where(position => position > start)], recoveries);
    }

    // What was added while the run was open may or may not have been there when it began: the recorded hash tells.
    private RunPlan Plan(ArchivedRun run, IReadOnlyList<long> places, IReadOnlyList<Turn> past, int recoveries)
    {
        var ended = run.Ended!;
        var plans = places.Select(place => Plan(run, past.Where(turn => turn.Source != run.Entry.Conversation || turn.EndedPosition <= place), recoveries));
        var assembled = ended.Steps.FirstOrDefault(static step => step.Stage == Stage.PromptAssembly);
        var retrieved = ended.Steps.FirstOrDefault(static step => step.Retrieval is not null)?.Retrieval?.Hash;
        RunPlan? first = null;
        foreach (var plan in plans.Concat(Ranges(run, past, recoveries)))
        {
            first ??= plan;
            if (assembled is null || RequestHasher.Assembly(plan, retrieved) == assembled.InputHash)
            {
                return plan;
            }
        }

        return first!;
    }

    private RunPlan Plan(ArchivedRun run, IEnumerable<Turn> turns, int recoveries)
    {
        var history = new HistoryWindow(window);
        foreach (var turn in turns)
        {
            history.Add(turn);
        }

        var size = ContextSize.Of(run.Admitted.Input.Select(static item => item.ToItem()))
            .WithCharacters(run.Admitted.Instructions?.Text.Length ?? 0);
        return Plan(run, history.Select(size), !history.HoldsAllBeside(size), recoveries);
    }

    // The turns that the record names: another window may be configured now than was then.
    private static IEnumerable<RunPlan> Ranges(ArchivedRun run, IReadOnlyList<Turn> past, int recoveries)
    {
        if (run.Ended!.Steps.FirstOrDefault(static step => step.Prompt is not null)?.Prompt is not { } prompt)
        {
            yield break;
        }

        for (var first = past.Count - prompt.Turns; first >= 0; first--)
        {
            if (prompt.Turns > 0 && past[first].EndedPosition == prompt.FirstTurnPosition)
            {
                yield return Plan(run, [.. past.Skip(first).Take(prompt.Turns)], isTruncated: false, recoveries);
            }
        }
    }

    private static RunPlan Plan(ArchivedRun run, IReadOnlyList<Turn> history, bool isTruncated, int recoveries) => new()
    {
        Admitted = run.Admitted,
        AdmittedPosition = run.Entry.AdmittedPosition,
        History = history,
        IsTruncated = isTruncated,
        Mode = RunMode.Replay,
        Recorded = run.Ended!.Steps,
        Recoveries = recoveries,
        Silo = run.Admitted.Silo,
        Timeout = TimeSpan.Zero,
    };

    /// <summary>Refuses a run whose content retention has let go.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.RunReleased"/>.</exception>
    internal static void RefuseReleased(ArchivedRun run)
    {
        if (run.Entry.ReleasedAt is { } at)
        {
            throw new OrleansAiException(
                ErrorCodes.RunReleased,
                $"Retention let the content of the run '{run.Admitted.RunId}' go at {DateTimeOffset.FromUnixTimeMilliseconds(at):u}; its hashes, usage and status are kept.");
        }
    }

    /// <summary>Refuses a run of whose own content something was destroyed, or none was kept.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ContentNotKept"/>, <see cref="ErrorCodes.RunReleased"/>.</exception>
    internal static void RefuseDestroyed(ArchivedRun run)
    {
        RefuseReleased(run);
        if (run.Admitted.Forget)
        {
            throw NotKept($"The run '{run.Admitted.RunId}' was asked for with store: false, so its content was not kept.");
        }

        if (run.Ended is { IsMinimal: true })
        {
            throw NotKept($"The run '{run.Admitted.RunId}' was recorded at the minimum (OrleansAi:Conversations:Recording), so what it takes to carry it out again was not kept.");
        }

        if (IsDestroyed(run))
        {
            throw NotKept($"The run '{run.Admitted.RunId}', or an item of it, was deleted.");
        }
    }

    /// <summary>True when something of a run's own content was destroyed, or none was kept.</summary>
    internal static bool IsDestroyed(ArchivedRun run) => run.Admitted.Forget
        || run.Ended is { IsMinimal: true }
        || run.Admitted.IsDestroyed
        || run.Admitted.Input.Any(static item => item.IsDestroyed)
        || run.Ended?.Steps.Any(static step => step.Model is { IsDestroyed: true } || step.Retrieval is { IsDestroyed: true }) == true
        || run.Ended is { IsDestroyed: true, ModelOutput: not null };

    // Of what was deleted before the run began it saw nothing; what was deleted later was part of what it saw.
    private async Task RefuseDeletedAsync(ArchivedRun run, string tenant, IReadOnlyList<Turn> past, CancellationToken cancellationToken)
    {
        foreach (var source in past.Select(static turn => turn.Source).OfType<string>().Where(source => source != run.Entry.Conversation).Distinct())
        {
            if ((await _transcripts.DeletedAsync(tenant, source, cancellationToken)).Count > 0)
            {
                throw NotKept($"Something of the conversation that the run '{run.Admitted.RunId}' goes on from was deleted.");
            }
        }

        var records = RecordReader.Read(await journal.ReadForwardAsync(
            run.Entry.Stream, run.Entry.AdmittedPosition, PageSize, Deletions, cancellationToken));
        foreach (var record in records)
        {
            if (record.Body is ConversationDeletedBody)
            {
                throw NotKept($"The conversation of '{run.Admitted.RunId}' was deleted.");
            }

            if (record.Body is ItemsDeletedBody gone && gone.Ids.Any(IsPart))
            {
                throw NotKept($"The run '{run.Admitted.RunId}', or what it was told of its conversation, was deleted since.");
            }
        }

        bool IsPart(string id)
        {
            var (key, position) = ItemIds.Locate(id);
            return IsOf(run.Admitted.RunId) || past.Any(turn => turn.RunId is { } of ? IsOf(of) : position is not null && turn.EndedPosition == position);

            bool IsOf(string runId) => runId == id || (key is not null && runId.AsSpan(runId.Length - IdSource.Length).SequenceEqual(key));
        }
    }

    private async Task<IReadOnlyDictionary<AttemptBody, byte[]>> AnswersAsync(
        ArchivedRun run, RunEndedBody ended, CancellationToken cancellationToken)
    {
        var attempts = ended.Steps.SelectMany(static step => step.Model?.Calls ?? []).Where(static call => call.Response is not null).ToList();
        var apart = attempts.Where(static call => call.Response!.Hash is not null).Select(static call => ContentHash.Parse(call.Response!.Hash!)).Distinct().ToList();
        var contents = apart.Count == 0
            ? new Dictionary<ContentHash, ReadOnlyMemory<byte>>()
            : await journal.ReadContentsAsync(run.Entry.Stream, apart, cancellationToken);
        var answers = new Dictionary<AttemptBody, byte[]>(ReferenceEqualityComparer.Instance);
        foreach (var attempt in attempts)
        {
            answers[attempt] = attempt.Response!.Open(hash => contents.TryGetValue(hash, out var content)
                ? content
                : throw new InvalidDataException($"The content {hash} of {run.Entry.Stream} is missing."));
        }

        return answers;
    }

    private static OrleansAiException NotKept(string message) => new(ErrorCodes.ContentNotKept, message);
}
