using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Engine.Retrieval;

/// <summary>The search that a caller asked for, as an item of the answer. It stands before all that the model wrote.</summary>
internal static class SearchItems
{
    /// <summary>The search among the steps of a run; null where nobody asked for one, or where it was destroyed.</summary>
    public static StepBody? Find(IEnumerable<StepBody> steps) =>
        steps.FirstOrDefault(static step => step.Retrieval is { IsTool: true, IsDestroyed: false });

    /// <summary>The item of a search.</summary>
    /// <param name="step">The search.</param>
    /// <param name="runId">Its run.</param>
    /// <param name="withResults">True to show what was found.</param>
    public static Item Of(StepBody step, string runId, bool withResults) => new()
    {
        Id = IdOf(step, runId),
        Kind = ItemKind.FileSearchCall,
        Role = Role.Assistant,
        Status = step.Retrieval!.IsPartial ? ItemStatus.Incomplete : ItemStatus.Completed,
        Search = new SearchCall
        {
            Queries = [step.Retrieval.Query!.Text],
            Results = withResults ? step.Retrieval.ToPassages() : null,
        },
    };

    /// <summary>The id of a search's item.</summary>
    public static string IdOf(StepBody step, string runId) => ItemIds.Output(ItemKind.FileSearchCall, runId, step.Attempt, 0);
}
