using System.Text.Json;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Engine.Forks;

/// <summary>
/// What a fork does when its model calls functions: the outputs that its origin got for the same calls, or the end of the run.
/// The outputs are part of the fork's admission, so that it hangs on nothing that may be deleted or written meanwhile.
/// </summary>
internal static class ToolRounds
{
    private const int MostRounds = 16;

    /// <summary>True when the calls of a step are to be answered here, and not by the run's caller.</summary>
    public static bool Answers(RunAdmittedBody admitted, StepBody step) =>
        admitted.ForkedFrom is { Tools: not ForkTools.Live } && step is { Error: null, Model: { ToolCalls.Count: > 0, CutCalls: false } };

    /// <summary>The answers to the calls of a model's step, or why there are none.</summary>
    /// <param name="admitted">The fork.</param>
    /// <param name="steps">Its steps so far; the last one is the model's.</param>
    public static (IReadOnlyList<StoredToolAnswer>? Answers, RunError? Error) Answer(RunAdmittedBody admitted, IReadOnlyList<StepBody> steps)
    {
        var calls = steps[^1].Model!.ToolCalls!;
        if (admitted.ForkedFrom!.Tools == ForkTools.Deny)
        {
            return (null, Error(ErrorCodes.ToolDenied, $"The model called '{calls[0].Name}', and the fork was made with tools denied."));
        }

        if (steps.Count(static step => step.Tools is not null) >= MostRounds)
        {
            return (null, Error(ErrorCodes.ToolRoundsExceeded, $"The model has called functions {MostRounds} times in a row, which is the limit."));
        }

        var answers = new List<StoredToolAnswer>(calls.Count);
        foreach (var call in calls)
        {
            var known = (admitted.ToolOutputs ?? []).Where(output => output.Name == call.Name && AreEqual(output.Arguments.Text, call.Arguments.Text)).ToList();
            if (known.Count == 0)
            {
                return (null, Error(
                    ErrorCodes.ToolOutputNotRecorded, $"No output is recorded for a call of '{call.Name}' with these arguments (call {call.Id})."));
            }

            // The same call may have been made several times: in their order, and then the last one again.
            var earlier = steps.SelectMany(static step => step.Tools ?? []).Concat(answers)
                .Count(answer => answer.Name == call.Name && AreEqual(answer.Arguments.Text, call.Arguments.Text));
            var found = known[Math.Min(earlier, known.Count - 1)].ToAnswer();
            answers.Add(StoredToolAnswer.Of(found with { Arguments = call.Arguments.Text }, call.Id));
        }

        return (answers, null);
    }

    /// <summary>What steps have added to the transcript of their run: what was thought and called, and the outputs.</summary>
    public static IReadOnlyList<Item> Items(RunAdmittedBody admitted, IEnumerable<StepBody> steps)
    {
        var items = new List<Item>();
        StepBody? model = null;
        foreach (var step in steps)
        {
            model = step.Model is null ? model : step;
            if (step.Tools is not { } answers || model is null)
            {
                continue;
            }

            items.AddRange(OutputItems.Of(
                new RunEndedBody
                {
                    RunId = admitted.RunId,
                    AdmittedPosition = 0,
                    Status = RunStatus.Completed,
                    EndedAt = 0,
                    Steps = [model],
                },
                admitted.Stream));
            items.AddRange(answers.Select((answer, index) => new Item
            {
                Id = $"{answer.CallId}_{index}",
                Kind = ItemKind.FunctionCallOutput,
                CallId = answer.CallId,
                Parts = [new ContentPart { Kind = ContentPartKind.InputText, Text = answer.Output.Text }],
            }));
        }

        return items;
    }

    /// <summary>True when two texts are the same JSON value, or the same text where they are none.</summary>
    public static bool AreEqual(string first, string second)
    {
        if (first == second)
        {
            return true;
        }

        try
        {
            using var one = JsonDocument.Parse(first);
            using var other = JsonDocument.Parse(second);
            return JsonElement.DeepEquals(one.RootElement, other.RootElement);
        }
        catch (JsonException)
        {
            // A model may write what is no JSON; then only the same text is the same call.
            return false;
        }
    }

    private static RunError Error(string code, string message) => new() { Code = code, Message = message };
}
