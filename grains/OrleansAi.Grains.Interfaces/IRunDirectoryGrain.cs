using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Grains;

/// <summary>Finds runs. A stateless worker with the tenant as its key; only reads.</summary>
[Alias("orleansai.grains.run-directory")]
public interface IRunDirectoryGrain : IGrainWithStringKey
{
    /// <summary>The conversation of a run, or null when there is no such run.</summary>
    [Alias("find-conversation")]
    Task<string?> FindConversation(string runId);

    /// <summary>A page of runs, newest first.</summary>
    [Alias("search")]
    Task<RunPage> Search(RunQuery query);

    /// <summary>A run with its steps.</summary>
    [Alias("trace")]
    Task<RunTrace> Trace(string runId);

    /// <summary>A step of a run with all that went into it and came out of it.</summary>
    [Alias("step")]
    Task<StepContent> Step(string runId, int index);

    /// <summary>The turn of a fork, to be admitted in a conversation of its own. Nothing is written.</summary>
    [Alias("plan-fork")]
    Task<TurnRequest> PlanFork(string runId, ForkRequest fork);

    /// <summary>The conversation of the run that a run is a fork of, be it over other forks. Nothing is written.</summary>
    [Alias("find-origin")]
    Task<string> FindOrigin(string runId);

    /// <summary>Carries a finished run out again from its record and names the first difference. Nothing is called or written.</summary>
    [Alias("replay")]
    Task<RunReplay> Replay(string runId);

    /// <summary>The routes that callers can name as a model, those for embeddings included.</summary>
    [Alias("models")]
    Task<IReadOnlyList<ModelInfo>> Models();
}
