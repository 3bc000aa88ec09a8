using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Grains;

namespace OrleansAi.Client;

/// <summary>Runs of one tenant as they are recorded: their steps with content, and forks. Errors are <see cref="OrleansAiException"/>.</summary>
public sealed class RunRecordClient
{
    private readonly OrleansAiClient _client;
    private readonly IGrainFactory _grains;
    private readonly string _tenant;

    internal RunRecordClient(OrleansAiClient client, IGrainFactory grains, string tenant) =>
        (_client, _grains, _tenant) = (client, grains, tenant);

    /// <summary>A step of a run with all that went into it and came out of it.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.ResponseNotFound"/>, <see cref="ErrorCodes.StepNotFound"/>, <see cref="ErrorCodes.ContentNotKept"/>.
    /// </exception>
    public Task<StepContent> StepAsync(string runId, int index) => IdText.IsPossible(runId)
        ? _client.CallAsync(() => Directory().Step(runId, index), mayRepeat: true)
        : throw new OrleansAiException(ErrorCodes.ResponseNotFound, "There is no such run: its id is none of ours.");

    /// <summary>
    /// Admits forks of a finished run, each in a hidden conversation of its own, and returns once all are durable. With an
    /// idempotency key a repeated call finds the same forks.
    /// </summary>
    /// <param name="runId">The origin.</param>
    /// <param name="fork">How they differ from it, and how many.</param>
    /// <param name="admitted">Called with each fork's id as soon as it is admitted.</param>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.ResponseNotFound"/>, <see cref="ErrorCodes.RunNotEnded"/>, <see cref="ErrorCodes.ContentNotKept"/>,
    /// <see cref="ErrorCodes.InvalidRequest"/>, and what admitting a turn throws.
    /// </exception>
    public async Task<IReadOnlyList<RunView>> ForkAsync(string runId, ForkRequest fork, Action<string>? admitted = null)
    {
        var turn = IdText.IsPossible(runId)
            ? await _client.CallAsync(() => Directory().PlanFork(runId, fork), mayRepeat: true)
            : throw new OrleansAiException(ErrorCodes.ResponseNotFound, "There is no such run: its id is none of ours.");
        var runs = new List<RunView>(fork.Count);
        for (var index = 0; index < fork.Count; index++)
        {
            var run = await _client.StartTurnAsync(null, turn with
            {
                IdempotencyKey = fork.KeyOf(index),
                ForkedFrom = turn.ForkedFrom is null ? null : turn.ForkedFrom with { Index = index },
            });
            admitted?.Invoke(run.Id);
            runs.Add(run);
        }

        return runs;
    }

    /// <summary>
    /// Makes a finished fork a turn of the conversation that its origin was made in, in the place of the origin's turn. To be asked again
    /// at will: a fork is promoted once.
    /// </summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.ResponseNotFound"/>, <see cref="ErrorCodes.ConversationNotFound"/>, <see cref="ErrorCodes.RunNotEnded"/>,
    /// <see cref="ErrorCodes.RunNotPromotable"/>, <see cref="ErrorCodes.ConversationMovedOn"/>, <see cref="ErrorCodes.ContentNotKept"/>.
    /// </exception>
    public async Task<Promotion> PromoteAsync(string runId)
    {
        var conversation = IdText.IsPossible(runId)
            ? await _client.CallAsync(() => Directory().FindOrigin(runId), mayRepeat: true)
            : throw new OrleansAiException(ErrorCodes.ResponseNotFound, "There is no such run: its id is none of ours.");
        return await _client.CallAsync(
            () => _grains.GetGrain<IConversationGrain>($"{_tenant}/{conversation}").Promote(runId), mayRepeat: true);
    }

    private IRunDirectoryGrain Directory() => _grains.GetGrain<IRunDirectoryGrain>(_tenant);
}
