using OrleansAi.Contracts.Comparison;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Client;

/// <content>What is asked about the record of runs.</content>
public sealed partial class OrleansAiClient
{
    /// <summary>A page of runs, newest first.</summary>
    public Task<RunPage> SearchRunsAsync(RunQuery query) => CallAsync(() => Directory().Search(query), mayRepeat: true);

    /// <summary>A run with its steps.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ResponseNotFound"/>.</exception>
    public Task<RunTrace> TraceAsync(string runId) => IdText.IsPossible(runId)
        ? CallAsync(() => Directory().Trace(runId), mayRepeat: true)
        : throw new OrleansAiException(ErrorCodes.ResponseNotFound, "There is no such run: its id is none of ours.");

    /// <summary>Carries a finished run out again from its record, without any vendor, and names the first difference.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.ResponseNotFound"/>, <see cref="ErrorCodes.RunNotEnded"/>, <see cref="ErrorCodes.ContentNotKept"/>,
    /// <see cref="ErrorCodes.RunReleased"/>.
    /// </exception>
    public Task<RunReplay> ReplayAsync(string runId) => IdText.IsPossible(runId)
        ? CallAsync(() => Directory().Replay(runId), mayRepeat: true)
        : throw new OrleansAiException(ErrorCodes.ResponseNotFound, "There is no such run: its id is none of ours.");

    /// <summary>The same for several runs, in their order. What is wrong with one of them is said of it alone.</summary>
    /// <param name="runIds">The runs; at most <see cref="ReplayOutcome.MostRuns"/>.</param>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>: they are too many.</exception>
    public async Task<IReadOnlyList<ReplayOutcome>> ReplayAsync(IReadOnlyList<string> runIds)
    {
        if (runIds.Count > ReplayOutcome.MostRuns)
        {
            throw new OrleansAiException(
                ErrorCodes.InvalidRequest, $"{runIds.Count} runs are more than the {ReplayOutcome.MostRuns} that are replayed in one call; make several calls.");
        }

        List<string> possible = [.. runIds.Where(IdText.IsPossible).Distinct(StringComparer.Ordinal)];
        var outcomes = possible.Count == 0
            ? []
            : await CallAsync(() => Directory().ReplayMany(possible), mayRepeat: true);
        var found = outcomes.ToDictionary(static outcome => outcome.RunId, StringComparer.Ordinal);
        return
        [
            .. runIds.Select(id => found.GetValueOrDefault(id) ?? new ReplayOutcome
            {
                RunId = id,
                Code = ErrorCodes.ResponseNotFound,
                Message = "There is no such run: its id is none of ours.",
            }),
        ];
    }

    /// <summary>How two runs differ, stage by stage.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ResponseNotFound"/>.</exception>
    public Task<RunDiff> DiffAsync(string runA, string runB) => IdText.IsPossible(runA) && IdText.IsPossible(runB)
        ? CallAsync(() => Comparison().Diff(runA, runB), mayRepeat: true)
        : throw new OrleansAiException(ErrorCodes.ResponseNotFound, "There is no such run: its id is none of ours.");

    /// <summary>What separates a failed, incomplete or flagged run from the good ones around it.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.ResponseNotFound"/>, <see cref="ErrorCodes.RunNotEnded"/>, <see cref="ErrorCodes.NothingToExplain"/>.
    /// </exception>
    public Task<RunExplanation> ExplainAsync(string runId) => IdText.IsPossible(runId)
        ? CallAsync(() => Comparison().Explain(runId), mayRepeat: true)
        : throw new OrleansAiException(ErrorCodes.ResponseNotFound, "There is no such run: its id is none of ours.");
}
