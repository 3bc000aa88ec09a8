using System.Collections.Frozen;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Compare;

/// <summary>What is wrong with a run, by its record.</summary>
public static class RunHealth
{
    // What speaks against an answer. The other verdicts are notes: they say what was put right, or what a vendor left unsaid.
    private static readonly FrozenSet<string> Flags = FrozenSet.ToFrozenSet(
        [
            VerdictNames.EmptyAnswer, VerdictNames.TruncatedByLength, VerdictNames.TruncatedOpen, VerdictNames.Refused,
            VerdictNames.ContentFiltered, VerdictNames.ToolArgumentsNotJson, VerdictNames.ToolArgumentsOffSchema,
            VerdictNames.UnknownTool, VerdictNames.PromptEcho, VerdictNames.RepetitionLoop, VerdictNames.ForeignScript,
            VerdictNames.InputTruncated, VerdictNames.OutputOffSchema,
        ],
        StringComparer.Ordinal);

    /// <summary>True for a verdict that speaks against an answer.</summary>
    public static bool IsFlag(Verdict verdict) => Flags.Contains(verdict.Name);

    /// <summary>True for an end that is bad whatever the record says besides.</summary>
    public static bool IsBad(RunStatus status) => status is RunStatus.Failed or RunStatus.Incomplete;

    /// <summary>
    /// What is wrong: the error's code, why the answer is cut, and the verdicts against it. Empty for a good run, for one that
    /// has not ended, and for one that its caller cancelled.
    /// </summary>
    public static IReadOnlyList<string> Symptoms(RunEndedBody? ended)
    {
        if (ended is null or { Status: RunStatus.Cancelled })
        {
            return [];
        }

        var symptoms = new List<string>();
        Add(ended.Error?.Code);
        Add(ended.IncompleteReason);
        foreach (var verdict in ended.Steps.SelectMany(static step => step.Model?.Verdicts ?? []).Where(IsFlag))
        {
            Add(verdict.Name);
        }

        return symptoms;

        void Add(string? symptom)
        {
            if (symptom is not null && !symptoms.Contains(symptom))
            {
                symptoms.Add(symptom);
            }
        }
    }
}
