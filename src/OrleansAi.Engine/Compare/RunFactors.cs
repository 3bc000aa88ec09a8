using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrleansAi.Contracts.Comparison;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Compare;

/// <summary>
/// The factors of a run, taken from its record: the one place that knows where each of them is recorded. Texts are told by a
/// hash. A factor that the record does not say, or that was destroyed, has no value.
/// </summary>
public sealed class RunFactors
{
    private const string NotGiven = "not given";

    private readonly string?[] _values = new string?[FactorKinds.All.Count];

    private RunFactors()
    {
    }

    /// <summary>Makes factors of values, for tests of the statistics.</summary>
    internal RunFactors(IEnumerable<(FactorKind Kind, string? Value)> values)
    {
        foreach (var (kind, value) in values)
        {
            Set(kind, value);
        }
    }

    /// <summary>A factor's value; null when there is none.</summary>
    public string? this[FactorKind kind]
    {
        get => _values[(int)kind];
        private init => _values[(int)kind] = value;
    }

    /// <summary>The factors of a run. The texts of <see cref="TextsOf"/> must have been read.</summary>
    public static RunFactors Of(RunAdmittedBody admitted, RunEndedBody? ended)
    {
        var prompt = ended?.Steps.Select(static step => step.Prompt).FirstOrDefault(static prompt => prompt is not null);
        var output = ended?.ModelOutput;
        var origin = ended?.Origin ?? admitted.Origin;
        var factors = new RunFactors
        {
            [FactorKind.Build] = origin is null ? null : origin.Commit is { } commit ? $"{origin.Version} {commit}" : origin.Version,
            [FactorKind.Configuration] = origin?.Configuration,
            [FactorKind.Fork] = YesNo(admitted.ForkedFrom is not null),
            [FactorKind.Collections] = ended is null ? null : Collections(ended),
            [FactorKind.Silo] = ended?.Steps is [.., var last] ? last.Silo : admitted.Silo,
            [FactorKind.Api] = admitted.Kind == RunKind.ChatCompletion ? "chat_completions" : "responses",
            [FactorKind.Route] = admitted.Model,
            [FactorKind.RequestedModel] = prompt is null ? null : $"{prompt.Vendor}/{prompt.Model}",
            [FactorKind.Stream] = YesNo(admitted.Stream),
            [FactorKind.Background] = YesNo(admitted.Background),
            [FactorKind.InputKind] = InputKind(admitted.Input),
            [FactorKind.InputLength] = InputLength(admitted.Input),
            [FactorKind.HistoryLength] = prompt is null ? null : HistoryLength(prompt.Turns),
            [FactorKind.Recoveries] = ended is null ? null : Number(ended.Recoveries),
        };
        factors.TakeFrame(admitted);
        factors.TakeAnswer(output, prompt);
        return factors;
    }

    /// <summary>The texts of a run that its factors are made of.</summary>
    public static IEnumerable<StoredText> TextsOf(RunAdmittedBody admitted)
    {
        if (admitted.Instructions is not null)
        {
            yield return admitted.Instructions;
        }

        if (admitted.OptionsText is not null)
        {
            yield return admitted.OptionsText;
        }
    }

    // What is sealed in the admission's frame, and so destroyed with it.
    private void TakeFrame(RunAdmittedBody admitted)
    {
        if (admitted.IsDestroyed || admitted.IsFrameDestroyed)
        {
            return;
        }

        var (sampling, options) = (admitted.Sampling ?? new Sampling(), admitted.Options);
        Set(FactorKind.Instructions, admitted.Instructions is null ? NotGiven : Hash(admitted.Instructions.Text));
        Set(FactorKind.Temperature, Number(sampling.Temperature));
        Set(FactorKind.TopP, Number(sampling.TopP));
        Set(FactorKind.MaxOutputTokens, Number(sampling.MaxOutputTokens));
        Set(FactorKind.Penalties, sampling is { PresencePenalty: null, FrequencyPenalty: null }
            ? NotGiven
            : $"presence {Number(sampling.PresencePenalty)}, frequency {Number(sampling.FrequencyPenalty)}");
        Set(FactorKind.Stop, sampling.Stop is not { Count: > 0 } stop ? NotGiven : Hash(string.Join('\0', stop)));
        Set(FactorKind.Seed, Number(sampling.Seed));
        Set(FactorKind.Tools, options.Tools is not { Count: > 0 } tools ? "none" : $"{Count(tools.Count, "function")}, {Hash(ToolSet(tools))}");
        Set(FactorKind.ToolChoice, ToolChoice(options));
        Set(FactorKind.OutputFormat, options.OutputFormat is not { } format ? NotGiven : Hash($"{format.Schema}\0{format.Name}\0{format.Strict}"));
        Set(FactorKind.Reasoning, options is { ReasoningEffort: null, ReasoningSummary: null }
            ? NotGiven
            : $"effort {options.ReasoningEffort ?? NotGiven}, summary {options.ReasoningSummary ?? NotGiven}");
        Set(FactorKind.Verbosity, options.Verbosity ?? NotGiven);
    }

    // What is known only of an answer says nothing of a run that got none: that there is none is the failure itself.
    private void TakeAnswer(ModelOutput? output, PromptOutput? prompt)
    {
        if (output is null || prompt is null)
        {
            return;
        }

        Set(FactorKind.Attempts, output.Calls?.Count is > 2 ? "3 or more" : Number(output.Calls?.Count ?? 1));
        if (output.Calls is { } calls)
        {
            Set(FactorKind.Contract, calls.Select(call => call.ToAttempt(prompt.Vendor, prompt.Model, null).Contract).LastOrDefault(static known => known is not null));
            if (calls.All(static call => call.Outcome is not null))
            {
                return;
            }
        }

        var isFallback = output.Vendor is not null || output.Model is not null;
        Set(FactorKind.Fallback, YesNo(isFallback));
        Set(FactorKind.AnsweringVendor, output.Vendor ?? prompt.Vendor);
        Set(FactorKind.ServedModel, output.ServedModel ?? output.Model ?? prompt.Model);
        Set(FactorKind.Fingerprint, output.Fingerprint);
    }

    private void Set(FactorKind kind, string? value) => _values[(int)kind] = value;

    private static string ToolChoice(TurnOptions options)
    {
        var choice = options.ToolChoice is not { } chosen
            ? "auto"
            : chosen.Mode.ToString().ToLowerInvariant()
                + (chosen.Name is null ? "" : $" {chosen.Name}")
                + (chosen.Allowed is null ? "" : $" of {string.Join(' ', chosen.Allowed)}");
        return choice
            + (options.ParallelToolCalls == false ? ", one at a time" : "")
            + (options.MaxToolCalls is { } most ? $", at most {most}" : "");
    }

    private static string Collections(RunEndedBody ended) =>
        ended.Steps.Select(static step => step.Retrieval).FirstOrDefault(static retrieval => retrieval is not null) is not { Collections.Count: > 0 } retrieval
            ? "none"
            : string.Join(", ", retrieval.Collections.Select(static one => string.Create(CultureInfo.InvariantCulture, $"{one.Id} at {one.Version}")));

    // Whoever offers the same functions in another order offers the same set.
    private static string ToolSet(IReadOnlyList<ModelTool> tools) => string.Join(
        '\0',
        tools.OrderBy(static tool => tool.Name, StringComparer.Ordinal)
            .Select(static tool => $"{tool.Name}\0{tool.Description}\0{tool.Parameters}\0{tool.Strict}"));

    private static string? InputKind(IReadOnlyList<StoredItem> input)
    {
        var kinds = input.SelectMany(static item => item.Kind == ItemKind.Message
            ? (item.Parts ?? []).Select(static part => part.Kind switch
            {
                ContentPartKind.InputImage => "image",
                ContentPartKind.InputFile => "file",
                _ => "text",
            })
            : [ItemNames.Of(item.Kind)]);
        return input.Any(static item => item.IsDestroyed) ? null : string.Join(", ", kinds.Distinct().Order(StringComparer.Ordinal));
    }

    private static string? InputLength(IReadOnlyList<StoredItem> input) => input.Any(static item => item.IsDestroyed) ? null
        : input.Sum(static item => item.Texts.Sum(static text => (long)text.Size)) switch
        {
            < 100 => "under 100 bytes",
            < 1_000 => "under 1 kB",
            < 10_000 => "under 10 kB",
            < 100_000 => "under 100 kB",
            _ => "100 kB or more",
        };

    private static string HistoryLength(int turns) => turns switch
    {
        0 => "none",
        < 4 => "1 to 3 turns",
        < 16 => "4 to 15 turns",
        < 64 => "16 to 63 turns",
        _ => "64 turns or more",
    };

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{Number(count)} {what}s";

    private static string Number(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? NotGiven;

    private static string YesNo(bool value) => value ? "yes" : "no";

    // Enough of a hash to tell texts apart by eye and by machine.
    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
}
