using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Engine.Replay;

/// <summary>Replays several runs, whose records are read together. What is wrong with one says nothing of the others.</summary>
/// <param name="source">Reads runs.</param>
/// <param name="replayer">Replays them.</param>
public sealed class BatchReplayer(ReplaySource source, RunReplayer replayer)
{
    /// <summary>Replays runs, in the order of their ids as they are given.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.StorageUnavailable"/>.</exception>
    public async Task<IReadOnlyList<ReplayOutcome>> ReplayAsync(string tenant, IReadOnlyList<string> runIds, CancellationToken cancellationToken)
    {
        var together = await source.LoadTogetherAsync(tenant, runIds, cancellationToken);
        var outcomes = new List<ReplayOutcome>(runIds.Count);
        foreach (var runId in runIds)
        {
            outcomes.Add(await ReplayAsync(tenant, runId, together.GetValueOrDefault(runId), cancellationToken));
        }

        return outcomes;
    }

    private async Task<ReplayOutcome> ReplayAsync(string tenant, string runId, ReplayedRun? loaded, CancellationToken cancellationToken)
    {
        try
        {
            var run = loaded ?? await source.LoadAloneAsync(tenant, runId, cancellationToken);
            return new ReplayOutcome { RunId = runId, Replay = await replayer.ReplayAsync(run, cancellationToken) };
        }
        catch (OrleansAiException exception) when (exception.Code != ErrorCodes.StorageUnavailable)
        {
            return new ReplayOutcome { RunId = runId, Code = exception.Code, Message = exception.Message };
        }
        catch (InvalidDataException)
        {
            return new ReplayOutcome
            {
                RunId = runId,
                Code = ErrorCodes.Internal,
                Message = $"The record of the run '{runId}' cannot be read; 'orleansai verify' names what is injured.",
            };
        }
    }
}
