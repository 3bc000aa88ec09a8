namespace OrleansAi.Contracts.Models;

/// <summary>A function that a model may call.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.model-tool")]
public sealed record ModelTool
{
    /// <summary>The function's name: letters, digits, '_' and '-', at most 64.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>What it does, for the model.</summary>
    [Id(1)]
    public string? Description { get; init; }

    /// <summary>The JSON Schema of its arguments; null for a function without.</summary>
    [Id(2)]
    public string? Parameters { get; init; }

    /// <summary>True when the vendor shall hold the model to the schema.</summary>
    [Id(3)]
    public bool Strict { get; init; }
}

/// <summary>Whether a model must call a function.</summary>
[GenerateSerializer]
[Alias("orleansai.tool-choice-mode")]
public enum ToolChoiceMode
{
    /// <summary>As the model likes.</summary>
    Auto,

    /// <summary>It must not.</summary>
    None,

    /// <summary>It must call one.</summary>
    Required,

    /// <summary>It must call the one that is named.</summary>
    Function,
}

/// <summary>Whether and what a model must call.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.model-tool-choice")]
public sealed record ModelToolChoice
{
    /// <summary>Whether.</summary>
    [Id(0)]
    public required ToolChoiceMode Mode { get; init; }

    /// <summary>What, for <see cref="ToolChoiceMode.Function"/>.</summary>
    [Id(1)]
    public string? Name { get; init; }

    /// <summary>The names of the functions that may be called now, out of those that are offered; null for all.</summary>
    [Id(2)]
    public IReadOnlyList<string>? Allowed { get; init; }
}

/// <summary>The form that an answer must have.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.model-output-format")]
public sealed record ModelOutputFormat
{
    /// <summary>The JSON Schema; null for any JSON object.</summary>
    [Id(0)]
    public string? Schema { get; init; }

    /// <summary>The schema's name.</summary>
    [Id(1)]
    public string Name { get; init; } = "answer";

    /// <summary>True when the vendor shall hold the model to the schema.</summary>
    [Id(2)]
    public bool Strict { get; init; }

    /// <summary>What the answer is for, for the model.</summary>
    [Id(3)]
    public string? Description { get; init; }
}
