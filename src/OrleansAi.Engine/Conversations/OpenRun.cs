using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Conversations;

/// <summary>A run that was admitted and has not ended.</summary>
/// <param name="Admitted">Its admission.</param>
/// <param name="Position">Where the admission stands in the stream.</param>
public sealed record OpenRun(RunAdmittedBody Admitted, long Position)
{
    private readonly List<(RunSteppedBody Body, long Position)> _steps = [];

    /// <summary>How often the run was recovered.</summary>
    public int Recoveries { get; set; }

    /// <summary>The steps that are recorded already, in order.</summary>
    public IReadOnlyList<StepBody> Steps => [.. _steps.Select(static step => step.Body.Step)];

    /// <summary>Where they are recorded, with those that were recorded anew.</summary>
    public List<long> StepPositions { get; } = [];

    /// <summary>The attempt that the newest recovery began; 1 when there was none.</summary>
    public int Attempt => Recoveries + 1;

    /// <summary>Its line in the index of runs.</summary>
    /// <param name="state">Its conversation.</param>
    /// <param name="waker">The silo that sees to it.</param>
    public RunEntry ToEntry(ConversationState state, string waker) => new()
    {
        Tenant = state.Tenant,
        RunId = Admitted.RunId,
        Conversation = state.Id,
        Model = Admitted.Model,
        Status = RunStatus.InProgress,
        CreatedAt = Admitted.CreatedAt,
        AdmittedPosition = Position,
        Waker = waker,
        ForkedFrom = Admitted.ForkedFrom?.RunId,
    };

    /// <summary>True when a step is recorded and needs no second record.</summary>
    public bool HasStep(int index, StepBody step) => index < _steps.Count && _steps[index].Body.Step.InputHash == step.InputHash;

    /// <summary>Takes in the record of a step. One that takes the place of another ends what followed it.</summary>
    public void Take(RunSteppedBody body, long position)
    {
        StepPositions.Add(position);
        if (body.Index <= _steps.Count && !body.IsDestroyed)
        {
            _steps.RemoveRange(body.Index, _steps.Count - body.Index);
            _steps.Add((body, position));
        }
    }
}
