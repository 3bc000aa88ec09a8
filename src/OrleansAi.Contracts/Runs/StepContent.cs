using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Contracts.Runs;

/// <summary>A step of a run with all that went into it and came out of it.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.step-content")]
public sealed record StepContent
{
    /// <summary>The run as its caller sees it.</summary>
    [Id(0)]
    public required RunView Run { get; init; }

    /// <summary>The step.</summary>
    [Id(1)]
    public required StepView Step { get; init; }

    /// <summary>What was asked, in order; of the admission alone.</summary>
    [Id(2)]
    public IReadOnlyList<Item>? Input { get; init; }

    /// <summary>The messages of the model request: what prompt assembly made, and what model execution was given.</summary>
    [Id(3)]
    public IReadOnlyList<ModelMessage>? Messages { get; init; }

    /// <summary>What the model answered; null where no answer came.</summary>
    [Id(4)]
    public StepAnswer? Answer { get; init; }

    /// <summary>The calls to vendors with their bytes, in the order of <see cref="StepView.VendorAttempts"/>.</summary>
    [Id(5)]
    public IReadOnlyList<StepExchangeView> Exchanges { get; init; } = [];

    /// <summary>The calls of functions that were answered from a record, in order; of tool execution alone.</summary>
    [Id(6)]
    public IReadOnlyList<ToolAnswer>? ToolAnswers { get; init; }

    /// <summary>What the run's search found, in order; empty for a run that searched nothing.</summary>
    [Id(7)]
    public IReadOnlyList<RetrievedPassage> Passages { get; init; } = [];
}

/// <summary>What a model answered in one step.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.step-answer")]
public sealed record StepAnswer
{
    /// <summary>The text.</summary>
    [Id(0)]
    public string Text { get; init; } = "";

    /// <summary>The refusal.</summary>
    [Id(1)]
    public string? Refusal { get; init; }

    /// <summary>The thoughts.</summary>
    [Id(2)]
    public string? Reasoning { get; init; }

    /// <summary>The functions called, in order.</summary>
    [Id(3)]
    public IReadOnlyList<ModelToolCall> ToolCalls { get; init; } = [];

    /// <summary>Why the model stopped.</summary>
    [Id(4)]
    public FinishReason FinishReason { get; init; }
}

/// <summary>One exchange with a vendor, byte for byte.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.step-exchange-view")]
public sealed record StepExchangeView
{
    /// <summary>The request as it was sent; null when none was sent, or when this build and configuration would write another one.</summary>
    [Id(0)]
    public byte[]? Request { get; init; }

    /// <summary>The answer as it came; null when none came or its bytes are not kept.</summary>
    [Id(1)]
    public byte[]? Response { get; init; }

    /// <summary>True when a request was sent and what this build would write differs from it.</summary>
    [Id(2)]
    public bool RequestDiffers { get; init; }
}

/// <summary>A call of a function with the recorded output that it was answered with.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.tool-answer")]
public sealed record ToolAnswer
{
    /// <summary>The call's id.</summary>
    [Id(0)]
    public required string CallId { get; init; }

    /// <summary>The function's name.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>The arguments.</summary>
    [Id(2)]
    public required string Arguments { get; init; }

    /// <summary>The output.</summary>
    [Id(3)]
    public required string Output { get; init; }

    /// <summary>The run in whose input the output stands; null for one given by hand.</summary>
    [Id(4)]
    public string? RunId { get; init; }
}
