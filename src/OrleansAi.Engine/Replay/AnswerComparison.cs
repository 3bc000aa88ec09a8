using OrleansAi.Contracts.Models;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Replay;

/// <summary>Compares what is recorded of an answer with what is read from its bytes now.</summary>
internal static class AnswerComparison
{
    /// <summary>Compares an answer.</summary>
    /// <param name="run">The run.</param>
    /// <param name="output">What is recorded.</param>
    /// <param name="answer">What is read now.</param>
    /// <param name="compare">Compares a field; throws for the first difference.</param>
    public static void Compare(ReplayedRun run, ModelOutput output, ModelResult answer, Action<string, object?, object?> compare)
    {
        var prompt = run.Ended.Steps[0].Prompt!;
        compare("finish_reason", output.FinishReason, answer.FinishReason);
        compare("usage", output.Usage, answer.Usage);
        compare("served_model", output.ServedModel ?? output.Model ?? prompt.Model, answer.ServedModel ?? output.Model ?? prompt.Model);
        compare("fingerprint", output.Fingerprint, answer.Fingerprint);
        compare("tool_calls", string.Join(',', (output.ToolCalls ?? []).Select(static call => call.Name)),
            string.Join(',', answer.ToolCalls.Take(output.CutCalls ? output.ToolCalls?.Count ?? 0 : int.MaxValue).Select(static call => call.Name)));
    }
}
