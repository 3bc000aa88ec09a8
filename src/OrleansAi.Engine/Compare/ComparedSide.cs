using OrleansAi.Contracts.Comparison;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Engine.Compare;

/// <summary>One of two runs that are compared, with all that is compared of it.</summary>
/// <param name="Run">The run.</param>
/// <param name="History">What it was told of its conversation, as far as it is kept.</param>
/// <param name="IsHistoryWhole">False when part of that was deleted.</param>
internal sealed record ComparedSide(ArchivedRun Run, IReadOnlyList<Item> History, bool IsHistoryWhole)
{
    /// <summary>The run's factors.</summary>
    public RunFactors Factors { get; } = RunFactors.Of(Run.Admitted, Run.Ended);

    /// <summary>What is wrong with the run.</summary>
    public IReadOnlyList<string> Symptoms { get; } = RunHealth.Symptoms(Run.Ended);

    /// <summary>The admission.</summary>
    public RunAdmittedBody Admitted => Run.Admitted;

    /// <summary>The end; null while the run is open.</summary>
    public RunEndedBody? Ended => Run.Ended;

    /// <summary>True when what was asked was destroyed.</summary>
    public bool IsInputDestroyed => Admitted.IsDestroyed || Admitted.Input.Any(static item => item.IsDestroyed);

    /// <summary>True when what was answered was destroyed.</summary>
    public bool IsOutputDestroyed => Ended is { ModelOutput: not null } && (Ended.IsDestroyed || Ended.ModelOutput.IsDestroyed || Admitted.Forget);

    /// <summary>The executed step of a stage, and its place in the chain.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="ordinal">Which of the steps of that stage, from 0.</param>
    public (StepBody Step, int Index)? StepOf(Stage stage, int ordinal)
    {
        var steps = Ended?.Steps ?? [];
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i].Stage == stage && ordinal-- == 0)
            {
                return (steps[i], i + 1);
            }
        }

        return null;
    }

    /// <summary>The run as the answer tells it.</summary>
    public ComparedRun ToView() => new()
    {
        RunId = Run.Entry.RunId,
        ConversationId = Run.Entry.Conversation,
        Status = Ended?.Status ?? RunStatus.InProgress,
        CreatedAt = Admitted.CreatedAt,
        Symptoms = Symptoms,
        Destroyed = [.. Destroyed()],
    };

    private IEnumerable<string> Destroyed()
    {
        if (IsInputDestroyed)
        {
            yield return "input";
        }

        if (!IsHistoryWhole)
        {
            yield return "history";
        }

        if (IsOutputDestroyed)
        {
            yield return "output";
        }
    }
}
