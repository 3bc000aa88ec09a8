using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Retrieval;

namespace OrleansAi.Contracts.Runs;

/// <summary>What is asked of a turn besides its input and the knobs of the model call.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.turn-options")]
public sealed record TurnOptions
{
    /// <summary>The functions that the model may call; they are carried out by the caller.</summary>
    [Id(0)]
    public IReadOnlyList<ModelTool>? Tools { get; init; }

    /// <summary>Whether and what the model must call; null for <c>auto</c>.</summary>
    [Id(1)]
    public ModelToolChoice? ToolChoice { get; init; }

    /// <summary>False to allow one call at a time; null for the vendor's default.</summary>
    [Id(2)]
    public bool? ParallelToolCalls { get; init; }

    /// <summary>The most calls that an answer may have; at least 1. An answer with more is cut there and incomplete.</summary>
    [Id(3)]
    public int? MaxToolCalls { get; init; }

    /// <summary>The form that the answer must have; null for free text.</summary>
    [Id(4)]
    public ModelOutputFormat? OutputFormat { get; init; }

    /// <summary>How wordy the answer shall be: <c>low</c>, <c>medium</c> or <c>high</c>; null for the vendor's default.</summary>
    [Id(5)]
    public string? Verbosity { get; init; }

    /// <summary>How much the model shall think: <c>none</c> to <c>xhigh</c>; null for the vendor's default.</summary>
    [Id(6)]
    public string? ReasoningEffort { get; init; }

    /// <summary>How its thoughts shall be summed up: <c>auto</c>, <c>concise</c> or <c>detailed</c>; null for not at all where the vendor asks.</summary>
    [Id(7)]
    public string? ReasoningSummary { get; init; }

    /// <summary>True to show what vendors want back of their reasoning, for callers that keep the transcript themselves.</summary>
    [Id(8)]
    public bool IncludeEncryptedReasoning { get; init; }

    /// <summary>True to refuse a turn whose history does not fit instead of leaving the oldest turns out.</summary>
    [Id(9)]
    public bool RefuseTruncation { get; init; }

    /// <summary>True to destroy the content when the run has ended; hashes and usage stay.</summary>
    [Id(10)]
    public bool Forget { get; init; }

    /// <summary>A name of the end user that tells nothing about the person, at most 64 characters.</summary>
    [Id(11)]
    public string? SafetyIdentifier { get; init; }

    /// <summary>What requests with a common beginning have in common, at most 64 characters.</summary>
    [Id(12)]
    public string? PromptCacheKey { get; init; }

    /// <summary>True when a chat completion is kept for listing.</summary>
    [Id(13)]
    public bool Listed { get; init; }

    /// <summary>How long the vendor shall keep the common beginning: <c>in-memory</c> or <c>24h</c>; null for its default.</summary>
    [Id(14)]
    public string? PromptCacheRetention { get; init; }

    /// <summary>The run of a chat completion's first choice, for a run that is another choice of it; null for every other run.</summary>
    [Id(15)]
    public string? ChoiceOf { get; init; }

    /// <summary>Which choice of its chat completion a run is, from 0.</summary>
    [Id(16)]
    public int Choice { get; init; }

    /// <summary>How many further choices its chat completion has; told to the first of them alone.</summary>
    [Id(17)]
    public int FurtherChoices { get; init; }

    /// <summary>The collections that shall be searched for the turn; null for what the route says.</summary>
    [Id(18)]
    public FileSearch? FileSearch { get; init; }

    /// <summary>True to show with a search what it found.</summary>
    [Id(19)]
    public bool IncludeSearchResults { get; init; }
}
