using System.Security.Cryptography;
using System.Text;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Retrieval;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Engine.Replay;

/// <summary>
/// Compares what is recorded of an answer with what is read from its bytes now. Texts stand in a difference as their hashes.
/// </summary>
internal static class AnswerComparison
{
    private const string OfHeaders = "headers.";

    /// <summary>Compares an answer.</summary>
    /// <param name="run">The run.</param>
    /// <param name="output">What is recorded.</param>
    /// <param name="exchange">What is read now.</param>
    /// <param name="shown">The passages that the model was shown, whose marks are taken out of its text.</param>
    /// <param name="compare">Compares a field; throws for the first difference.</param>
    public static void Compare(ReplayedRun run, ModelOutput output, ReplayedExchange exchange, IReadOnlyDictionary<int, RetrievedPassage> shown, Action<string, object?, object?> compare)
    {
        var answer = Cited(exchange.Answer!);
        var prompt = run.Ended.Steps.First(static step => step.Prompt is not null).Prompt!;
        var streamed = Cited(new ModelResult { Text = exchange.StreamedText });
        CompareText("text", output.Text.Text, streamed.Text, answer.Text);
        if (shown.Count > 0 && (exchange.Answer!.Messages ?? []).All(static message => message.Annotations is null))
        {
            // What the vendor itself refers to may come in other pieces than it is told of in the end.
            compare(
                "citations",
                Hash(Notes((output.Messages ?? []).Select(static message => message.Annotations?.Text))),
                Hash(Notes(((output.Text.Text == answer.Text ? answer : streamed).Messages ?? []).Select(static message => message.Annotations))));
        }

        CompareText("refusal", output.Refusal?.Text ?? "", exchange.StreamedRefusal, answer.Refusal ?? "");
        CompareText("reasoning", output.Reasoning?.Text ?? "", exchange.StreamedReasoning, string.Concat(answer.Reasoning.Select(static one => one.Text)));
        compare(
            "reasoning_origins",
            string.Join(',', (output.ReasoningOrigins ?? []).Select(static origin => Origin(origin.Vendor, origin.Kind, origin.Id, origin.Opaque?.Text))),
            string.Join(',', answer.Reasoning.Select(static one => Origin(one.Vendor, one.Kind, one.Id, one.Opaque))));
        compare("finish_reason", output.FinishReason, answer.FinishReason);
        compare("usage", output.Usage, answer.Usage);
        compare("served_model", output.ServedModel ?? output.Model ?? prompt.Model, answer.ServedModel ?? output.Model ?? prompt.Model);
        compare("fingerprint", output.Fingerprint, answer.Fingerprint);
        CompareCalls(output, answer, compare);
        var (recorded, now) = (output.Verdicts ?? [], answer.Verdicts);
        if (recorded.Any(static verdict => verdict.Name == VerdictNames.ContractAdditive && verdict.Detail?.StartsWith(OfHeaders, StringComparison.Ordinal) == true))
        {
            // Headers are not kept, so what they had beyond their contract cannot be found again.
            (recorded, now) = (Without(recorded), Without(now));
        }

        compare("verdicts", Told(recorded), Told(now));

        ModelResult Cited(ModelResult result) => shown.Count == 0 ? result : new CitationStream(shown).Apply(result);

        // What was sent to followers is what is recorded; where nothing was, what the judge made of the answer.
        void CompareText(string field, string expected, string streamed, string whole) =>
            compare(field, Hash(expected), expected == streamed ? Hash(expected) : Hash(whole));
    }

    private static void CompareCalls(ModelOutput output, ModelResult answer, Action<string, object?, object?> compare)
    {
        var recorded = output.ToolCalls ?? [];
        var now = answer.ToolCalls.Take(output.CutCalls ? recorded.Count : int.MaxValue).ToList();
        compare("tool_calls", string.Join(',', recorded.Select(static call => call.Name)), string.Join(',', now.Select(static call => call.Name)));
        for (var place = 0; place < recorded.Count; place++)
        {
            compare($"tool_calls[{place}].arguments", recorded[place].Arguments.Text, now[place].Arguments);
            compare($"tool_calls[{place}].opaque", Hash(recorded[place].Opaque?.Text ?? ""), Hash(now[place].Opaque ?? ""));
        }
    }

    private static string Notes(IEnumerable<string?> annotations) => annotations.OfType<string>().Aggregate((string?)null, OutputItems.Join) ?? "";

    private static List<Verdict> Without(IReadOnlyList<Verdict> verdicts) =>
        [.. verdicts.Where(static verdict => verdict.Name != VerdictNames.ContractAdditive)];

    private static string Told(IReadOnlyList<Verdict> verdicts) =>
        string.Join("; ", verdicts.Select(static verdict => verdict.Detail is null ? verdict.Name : $"{verdict.Name}: {verdict.Detail}"));

    private static string Origin(string vendor, string? kind, string? id, string? opaque) => $"{vendor}/{kind}/{id}/{Hash(opaque ?? "")}";

    private static string Hash(string text) => text.Length == 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
