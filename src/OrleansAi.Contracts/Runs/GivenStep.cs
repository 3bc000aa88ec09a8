using OrleansAi.Contracts.Models;

namespace OrleansAi.Contracts.Runs;

/// <summary>The output of a step that is given to a run instead of being made by it.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.given-step")]
public sealed record GivenStep
{
    /// <summary>The step's place in the run's chain.</summary>
    [Id(0)]
    public required int Step { get; init; }

    /// <summary>The answer's text.</summary>
    [Id(1)]
    public string Text { get; init; } = "";

    /// <summary>The refusal.</summary>
    [Id(2)]
    public string? Refusal { get; init; }

    /// <summary>The thoughts, with what their vendor wants back.</summary>
    [Id(3)]
    public IReadOnlyList<ModelReasoning> Reasoning { get; init; } = [];

    /// <summary>The functions called, in order.</summary>
    [Id(4)]
    public IReadOnlyList<ModelToolCall> ToolCalls { get; init; } = [];

    /// <summary>Why the model stopped.</summary>
    [Id(5)]
    public FinishReason FinishReason { get; init; }
}
