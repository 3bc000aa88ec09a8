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
