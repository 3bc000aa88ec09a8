namespace OrleansAi.Contracts.Models;

/// <summary>What a sanity check found in an output.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.verdict")]
public sealed record Verdict
{
    /// <summary>One of <see cref="VerdictNames"/>.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Where and how, without the content.</summary>
    [Id(1)]
    public string? Detail { get; init; }
}

/// <summary>The names of the verdicts. Stored and shown: never change one.</summary>
public static class VerdictNames
{
    /// <summary>Neither text nor refusal nor a function call.</summary>
    public const string EmptyAnswer = "empty_answer";

    /// <summary>The limit of tokens cut the answer.</summary>
    public const string TruncatedByLength = "truncated_length";

    /// <summary>A JSON value or a code fence was opened and not closed.</summary>
    public const string TruncatedOpen = "truncated_open";

    /// <summary>The vendor did not say what it billed.</summary>
    public const string UsageMissing = "usage_missing";

    /// <summary>The model refused.</summary>
    public const string Refused = "refused";

    /// <summary>The vendor's filter cut the answer.</summary>
    public const string ContentFiltered = "content_filtered";

    /// <summary>The arguments of a function call are not JSON.</summary>
    public const string ToolArgumentsNotJson = "tool_arguments_not_json";

    /// <summary>The arguments of a function call are not as its schema says.</summary>
    public const string ToolArgumentsOffSchema = "tool_arguments_off_schema";

    /// <summary>A function was called that was not offered.</summary>
    public const string UnknownTool = "unknown_tool";

    /// <summary>The answer repeats the prompt.</summary>
    public const string PromptEcho = "prompt_echo";

    /// <summary>The answer repeats itself.</summary>
    public const string RepetitionLoop = "repetition_loop";

    /// <summary>A few characters of a script that nobody has used stand in the answer.</summary>
    public const string ForeignScript = "foreign_script";

    /// <summary>The vendor read far fewer tokens than were sent.</summary>
    public const string InputTruncated = "input_truncated";

    /// <summary>A structured output is not as its schema says.</summary>
    public const string OutputOffSchema = "output_off_schema";

    /// <summary>A schema that the caller gave cannot be read, so nothing was held to it.</summary>
    public const string SchemaUnusable = "schema_unusable";

    /// <summary>A structured output is wrapped in a code fence.</summary>
    public const string FenceWrapped = "fence_wrapped";

    /// <summary>The served model is not the one that was asked for.</summary>
    public const string ServedModelDiffers = "served_model_differs";

    /// <summary>The answer has what its contract does not know.</summary>
    public const string ContractAdditive = "contract_additive";

    /// <summary>The vendor's own words had to be put right: for example <c>stop</c> beside function calls.</summary>
    public const string Normalised = "normalised";

    /// <summary>The vendor has no word for a hint of the caller's, which changes nothing in its answers.</summary>
    public const string HintNotTaken = "hint_not_taken";
}
