using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Retrieval;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Engine.Replay;

/// <summary>
/// Holds what is recorded of a step against what follows from the run and the steps before it, so that a record that was changed is told of at
/// its own step, and not at the next one that it was the input of.
/// </summary>
/// <param name="plan">The run.</param>
/// <param name="step">The step's place among the executed steps.</param>
/// <param name="stage">The kind of step.</param>
internal readonly struct StepComparison(RunPlan plan, int step, Stage stage)
{
    /// <summary>Compares the vectors of a question and the versions that were confirmed.</summary>
    /// <exception cref="ReplayDivergenceException">The record differs.</exception>
    public void Embedding(EmbeddingOutput recorded)
    {
        Compare("output_hash", recorded.Hash, RequestHasher.Embedded(recorded));
        foreach (var (place, vector) in (recorded.Vectors ?? []).Index())
        {
            if (vector.Numbers is { } numbers)
            {
                Compare($"vectors[{place}].hash", vector.Hash, RequestHasher.Of(Convert.FromBase64String(numbers.Text)));
            }
        }
    }

    /// <summary>Compares what was found.</summary>
    /// <exception cref="ReplayDivergenceException">The record differs.</exception>
    public void Retrieval(RetrievalWish wish, EmbeddingOutput embedded, RetrievalOutput recorded)
    {
        Compare("output_hash", recorded.Hash, RequestHasher.Retrieved(recorded));
        Compare("is_tool", recorded.IsTool, wish.IsTool);
        foreach (var (place, searched) in recorded.Collections.Index())
        {
            Compare($"collections[{place}].model", searched.Model, embedded.Collections.FirstOrDefault(head => head.Id == searched.Id)?.Model);
        }
    }

    /// <summary>Compares what prompt assembly made.</summary>
    /// <exception cref="ReplayDivergenceException">The record differs.</exception>
    public void Assembly(StepBody recorded, ContextAssembly? context, RunError? unfit)
    {
        if (recorded.Prompt is not { } prompt || context is null)
        {
            if (unfit is not null || recorded.Error is null)
            {
                Compare("error", recorded.Error?.Code ?? (recorded.Prompt is null ? "neither prompt nor error" : null), unfit?.Code);
            }

            return;
        }

        var now = RunEngine.Assembled(plan, new ModelTarget(prompt.Vendor, prompt.Model), context, ContextManifest.FormOf(prompt.Context ?? []));
        Compare("turns", prompt.Turns, now.Turns);
        Compare("first_turn", prompt.FirstTurnPosition, now.FirstTurnPosition);
        Compare("messages", prompt.Messages, now.Messages);
        Compare("request_hash", prompt.RequestHash, now.RequestHash);
        if (prompt.Context is { } manifest)
        {
            Compare("context", RequestHasher.Of(manifest), RequestHasher.Of(now.Context));
        }

        Compare("denies_tools", prompt.DeniesTools, now.DeniesTools);
        if (plan.Admitted.ForkedFrom is { Vendor: { } vendor, Model: { } model })
        {
            // Such a fork was sent where its admission says; of any other run the record alone knows where its route led.
            Compare("target", $"{prompt.Vendor}/{prompt.Model}", $"{vendor}/{model}");
        }
    }

    /// <summary>Compares an output with the one that was given to the run.</summary>
    /// <exception cref="ReplayDivergenceException">The record differs.</exception>
    public void Given(ModelOutput? recorded, GivenOutput? given)
    {
        Compare("given", recorded?.IsGiven == true, given is not null);
        if (recorded is null || given is null)
        {
            return;
        }

        var now = given.ToOutput();
        Compare("text", Hash(recorded.Text.Text), Hash(now.Text.Text));
        Compare("refusal", Hash(recorded.Refusal?.Text), Hash(now.Refusal?.Text));
        Compare("reasoning", Hash(recorded.Reasoning?.Text), Hash(now.Reasoning?.Text));
        Compare("finish_reason", recorded.FinishReason, now.FinishReason);
        Compare("tool_calls", Calls(recorded), Calls(now));
    }

    /// <summary>Compares the outputs that calls of functions were answered with.</summary>
    /// <exception cref="ReplayDivergenceException">The record differs.</exception>
    public void Tools(StepBody recorded, IReadOnlyList<StoredToolAnswer>? answers, RunError? error)
    {
        Compare("error", recorded.Error?.Code, error?.Code);
        Compare("tools", (recorded.Tools ?? []).Count, (answers ?? []).Count);
        foreach (var (place, (was, now)) in (recorded.Tools ?? []).Zip(answers ?? []).Index())
        {
            Compare($"tools[{place}].call", was.CallId, now.CallId);
            Compare($"tools[{place}].name", was.Name, now.Name);
            Compare($"tools[{place}].arguments", Hash(was.Arguments.Text), Hash(now.Arguments.Text));
            Compare($"tools[{place}].output", Hash(was.Output.Text), Hash(now.Output.Text));
            Compare($"tools[{place}].run", was.RunId, now.RunId);
        }
    }

    private static string Calls(ModelOutput output) => string.Join(
        ',', (output.ToolCalls ?? []).Select(static call => $"{call.Id}/{call.Name}/{Hash(call.Arguments.Text)}"));

    private static string Hash(string? text) => text is null ? "" : RequestHasher.Of(System.Text.Encoding.UTF8.GetBytes(text));

    private void Compare<T>(string field, T expected, T actual) => ReplayDivergenceException.Compare(step, stage, field, expected, actual);
}
