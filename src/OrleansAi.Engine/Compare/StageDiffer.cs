using System.Globalization;
using System.Text;
using OrleansAi.Contracts.Comparison;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Compare;

/// <summary>Compares two runs stage by stage.</summary>
internal static class StageDiffer
{
    // What is compared itself need not be told by its class or its hash.
    private static readonly FactorKind[] Compared = [FactorKind.Instructions, FactorKind.InputKind, FactorKind.InputLength, FactorKind.HistoryLength, FactorKind.Silo];

    /// <summary>What was asked, and how.</summary>
    public static StageDiff Admission(ComparedSide a, ComparedSide b)
    {
        var fields = new FieldDiffs();
        fields.AddFactors(a, b, Stage.Admission, Compared);
        var texts = new List<TextDiff>();
        var lists = new List<ListDiff>();
        Add(texts, TextDiffer.Compare(
            "instructions", a.Admitted.Instructions?.Text, b.Admitted.Instructions?.Text, a.Admitted.IsDestroyed, b.Admitted.IsDestroyed));
        var (askedA, askedB) = (Items(a.Admitted), Items(b.Admitted));
        if (askedA is [{ Kind: ItemKind.Message } onlyA] && askedB is [{ Kind: ItemKind.Message } onlyB])
        {
            Add(texts, TextDiffer.Compare("input", Content(onlyA), Content(onlyB), a.IsInputDestroyed, b.IsInputDestroyed));
        }
        else
        {
            Add(lists, ListDiffer.Compare("input", Entries(askedA), Entries(askedB)));
        }

        if (!a.Admitted.IsDestroyed && !b.Admitted.IsDestroyed)
        {
            Add(lists, ListDiffer.Compare("tools", Tools(a.Admitted.Options), Tools(b.Admitted.Options)));
        }

        return new StageDiff { Stage = Stage.Admission, StepA = 0, StepB = 0, Fields = fields.All, Texts = texts, Lists = lists };
    }

    /// <summary>What was taken of the conversation, and which model was chosen.</summary>
    public static StageDiff Assembly(ComparedSide a, ComparedSide b, (StepBody Step, int Index)? stepA, (StepBody Step, int Index)? stepB)
    {
        var fields = new FieldDiffs();
        fields.AddFactors(a, b, Stage.PromptAssembly, Compared);
        var (promptA, promptB) = (stepA?.Step.Prompt, stepB?.Step.Prompt);
        fields.Add("turns", promptA?.Turns, promptB?.Turns);
        fields.Add("messages", promptA?.Messages, promptB?.Messages);
        fields.Add("request_hash", Hex(promptA?.RequestHash), Hex(promptB?.RequestHash));
        AddCourse(fields, stepA?.Step, stepB?.Step);
        var lists = new List<ListDiff>();
        fields.Add("context_tokens", ContextDiffer.Tokens(promptA), ContextDiffer.Tokens(promptB), isMeasure: true);
        Add(lists, ListDiffer.Compare("history", Entries(a.History), Entries(b.History)));
        Add(lists, ContextDiffer.Context(a, promptA, b, promptB));
        return Of(Stage.PromptAssembly, stepA, stepB, fields, [], lists);
    }

    /// <summary>What the question was embedded with.</summary>
    public static StageDiff Embedding((StepBody Step, int Index)? stepA, (StepBody Step, int Index)? stepB)
    {
        var fields = ContextDiffer.Embedding(stepA?.Step.Embedding, stepB?.Step.Embedding);
        AddCourse(fields, stepA?.Step, stepB?.Step);
        return Of(Stage.Embedding, stepA, stepB, fields, [], []);
    }

    /// <summary>Where was searched, for what, and what was found.</summary>
    public static StageDiff Retrieval((StepBody Step, int Index)? stepA, (StepBody Step, int Index)? stepB)
    {
        var (foundA, foundB) = (stepA?.Step.Retrieval, stepB?.Step.Retrieval);
        var fields = ContextDiffer.Retrieval(foundA, foundB);
        AddCourse(fields, stepA?.Step, stepB?.Step);
        var texts = new List<TextDiff>();
        var lists = new List<ListDiff>();
        Add(texts, TextDiffer.Compare("query", Text(foundA?.Query), Text(foundB?.Query), foundA is { IsDestroyed: true }, foundB is { IsDestroyed: true }));
        Add(lists, ContextDiffer.Passages(foundA, foundB));
        return Of(Stage.Retrieval, stepA, stepB, fields, texts, lists);
    }

    /// <summary>What the model was, what it said and what it took.</summary>
    public static StageDiff Model(ComparedSide a, ComparedSide b, (StepBody Step, int Index)? stepA, (StepBody Step, int Index)? stepB)
    {
        var fields = new FieldDiffs();
        var (outA, outB) = (stepA?.Step.Model, stepB?.Step.Model);
        var (callsA, callsB) = (Attempts(a, stepA?.Step), Attempts(b, stepB?.Step));
        fields.Add("answered_by", AnsweredBy(a, outA), AnsweredBy(b, outB));
        fields.Add("served_model", a.Factors[FactorKind.ServedModel], b.Factors[FactorKind.ServedModel]);
        fields.Add("fingerprint", outA?.Fingerprint, outB?.Fingerprint);
        fields.Add("vendor_attempts", Told(callsA), Told(callsB));
        fields.Add("contract", Contracts(callsA), Contracts(callsB));
        fields.Add("finish_reason", outA?.FinishReason, outB?.FinishReason);
        fields.Add("verdicts", Verdicts(outA), Verdicts(outB));
        fields.Add("input_tokens", outA?.Usage?.InputTokens, outB?.Usage?.InputTokens, isMeasure: true);
        fields.Add("output_tokens", outA?.Usage?.OutputTokens, outB?.Usage?.OutputTokens, isMeasure: true);
        fields.Add("cached_tokens", outA?.Usage?.CachedTokens, outB?.Usage?.CachedTokens, isMeasure: true);
        fields.Add("reasoning_tokens", outA?.Usage?.ReasoningTokens, outB?.Usage?.ReasoningTokens, isMeasure: true);
        fields.Add("first_token_ms", FirstToken(callsA), FirstToken(callsB), isMeasure: true);
        AddCourse(fields, stepA?.Step, stepB?.Step);
        var texts = new List<TextDiff>();
        var lists = new List<ListDiff>();
        Add(texts, TextDiffer.Compare("output", Text(outA?.Text), Text(outB?.Text), a.IsOutputDestroyed, b.IsOutputDestroyed));
        if (!a.IsOutputDestroyed && !b.IsOutputDestroyed)
        {
            Add(texts, TextDiffer.Compare("refusal", Text(outA?.Refusal), Text(outB?.Refusal)));
            Add(texts, TextDiffer.Compare("reasoning", Text(outA?.Reasoning), Text(outB?.Reasoning)));
            Add(lists, ListDiffer.Compare("tool_calls", ToolCalls(outA), ToolCalls(outB)));
        }

        return Of(Stage.ModelExecution, stepA, stepB, fields, texts, lists);
    }

    /// <summary>How a step of any other stage went.</summary>
    public static StageDiff Course(Stage stage, (StepBody Step, int Index)? stepA, (StepBody Step, int Index)? stepB)
    {
        var fields = new FieldDiffs();
        fields.Add("input_hash", Hex(stepA?.Step.InputHash), Hex(stepB?.Step.InputHash));
        AddCourse(fields, stepA?.Step, stepB?.Step);
        return Of(stage, stepA, stepB, fields, [], []);
    }

    /// <summary>How the runs ended.</summary>
    public static StageDiff Completion(ComparedSide a, ComparedSide b)
    {
        var fields = new FieldDiffs();
        fields.Add("status", a.Ended?.Status, b.Ended?.Status);
        fields.Add("incomplete_reason", a.Ended?.IncompleteReason, b.Ended?.IncompleteReason);
        fields.Add("error", Error(a.Ended?.Error), Error(b.Ended?.Error));
        fields.AddFactors(a, b, Stage.Completion, []);
        fields.Add("total_ms", a.Ended?.EndedAt - a.Admitted.CreatedAt, b.Ended?.EndedAt - b.Admitted.CreatedAt, isMeasure: true);
        return new StageDiff { Stage = Stage.Completion, StepA = a.Ended?.Steps.Count + 1, StepB = b.Ended?.Steps.Count + 1, Fields = fields.All };
    }

    private static StageDiff Of(
        Stage stage, (StepBody Step, int Index)? a, (StepBody Step, int Index)? b, FieldDiffs fields, List<TextDiff> texts, List<ListDiff> lists) => new()
    {
        Stage = stage,
        StepA = a?.Index,
        StepB = b?.Index,
        Fields = fields.All,
        Texts = texts,
        Lists = lists,
    };

    private static void AddCourse(FieldDiffs fields, StepBody? a, StepBody? b)
    {
        fields.Add("error", Error(a?.Error), Error(b?.Error));
        fields.Add("attempt", a?.Attempt, b?.Attempt);
        fields.Add("silo", a?.Silo, b?.Silo, isMeasure: true);
        fields.Add("duration_ms", a?.DurationMicroseconds / 1_000.0, b?.DurationMicroseconds / 1_000.0, isMeasure: true);
    }

    private static void Add<T>(List<T> differences, T? difference)
        where T : class
    {
        if (difference is not null)
        {
            differences.Add(difference);
        }
    }

    private static List<Item> Items(RunAdmittedBody admitted) => [.. admitted.Input.Where(static item => !item.IsDestroyed).Select(static item => item.ToItem())];

    private static List<ListEntry> Entries(IEnumerable<Item> items) =>
    [
        .. items.Select(static item => new ListEntry(
            ItemNames.Of(item.Kind), item.Id, Content(item), item.Kind == ItemKind.FunctionCall ? $"{item.Name}({item.Arguments})" : item.Text)),
    ];

    // Ids, of items and of calls, are another conversation's own and say nothing.
    private static string Content(Item item)
    {
        if (item is { Kind: ItemKind.Message, Role: Role.User, Name: null, Parts: [{ Kind: ContentPartKind.InputText } only] })
        {
            return only.Text;
        }

        var content = new StringBuilder();
        content.Append(CultureInfo.InvariantCulture, $"{item.Role}\0{item.Name}\0{item.Arguments}");
        foreach (var part in item.Parts)
        {
            content.Append(CultureInfo.InvariantCulture, $"\0{part.Kind}\0{part.Text}");
        }

        return content.ToString();
    }

    private static List<ListEntry> Tools(TurnOptions options) =>
    [
        .. (options.Tools ?? []).Select(static tool => new ListEntry(
            "function", tool.Name, $"{tool.Name}\0{tool.Description}\0{tool.Parameters}\0{tool.Strict}", $"{tool.Description}\n{tool.Parameters}")),
    ];

    private static List<ListEntry> ToolCalls(ModelOutput? output) =>
    [
        .. (output?.ToolCalls ?? []).Select(static call => new ListEntry(
            "function_call", call.Name, $"{call.Name}\0{call.Arguments.Text}", call.Arguments.Text)),
    ];

    private static IReadOnlyList<VendorAttempt> Attempts(ComparedSide side, StepBody? step) =>
        step?.Model?.Calls is { } calls && Prompt(side) is { } prompt
            ? [.. calls.Select(call => call.ToAttempt(prompt.Vendor, prompt.Model, step.Model.Usage))]
            : [];

    private static PromptOutput? Prompt(ComparedSide side) =>
        side.Ended?.Steps.Select(static step => step.Prompt).FirstOrDefault(static prompt => prompt is not null);

    private static string? AnsweredBy(ComparedSide side, ModelOutput? output) =>
        output is null || side.Factors[FactorKind.AnsweringVendor] is null || Prompt(side) is not { } prompt
            ? null
            : $"{output.Vendor ?? prompt.Vendor}/{output.Model ?? prompt.Model}";

    private static string? Told(IReadOnlyList<VendorAttempt> attempts) => attempts.Count == 0
        ? null
        : string.Join(", ", attempts.Select(static one => $"{one.Vendor}/{one.Model} {one.Cause ?? one.Outcome}"));

    private static string? Contracts(IReadOnlyList<VendorAttempt> attempts) =>
        attempts.Select(static one => one.Contract).LastOrDefault(static known => known is not null);

    private static long? FirstToken(IReadOnlyList<VendorAttempt> attempts) =>
        attempts.Select(static one => one.FirstTokenMilliseconds).LastOrDefault(static known => known is not null);

    private static string? Verdicts(ModelOutput? output) => output?.Verdicts is not { Count: > 0 } verdicts
        ? null
        : string.Join(", ", verdicts.Select(static verdict => verdict.Name));

    private static string? Text(StoredText? text) => text?.Text;

    private static string? Error(RunError? error) => error is null ? null : $"{error.Code}: {error.Message}";

    private static string? Hex(string? base64) => base64 is null ? null : Convert.ToHexStringLower(Convert.FromBase64String(base64));
}
