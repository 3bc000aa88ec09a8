namespace OrleansAi.Contracts.Models;

/// <summary>A piece of a streamed model call.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.model-event")]
public sealed record ModelEvent
{
    /// <summary>Text that the model wrote.</summary>
    [Id(0)]
    public string? Delta { get; init; }

    /// <summary>True when the text so far is void: its attempt was cut, and a new attempt begins.</summary>
    [Id(1)]
    public bool Restarted { get; init; }

    /// <summary>The outcome; on the last event only.</summary>
    [Id(2)]
    public ModelResult? Result { get; init; }

    /// <summary>A piece of reasoning or of a function call.</summary>
    [Id(3)]
    public ModelDelta? Other { get; init; }
}

/// <summary>What a piece of a stream belongs to.</summary>
[GenerateSerializer]
[Alias("orleansai.model-delta-kind")]
public enum ModelDeltaKind
{
    /// <summary>The answer.</summary>
    Text,

    /// <summary>The thoughts.</summary>
    Reasoning,

    /// <summary>A refusal.</summary>
    Refusal,

    /// <summary>A function call begins; <see cref="ModelDelta.CallId"/> and <see cref="ModelDelta.Name"/> say which.</summary>
    ToolCall,

    /// <summary>The arguments of a function call.</summary>
    ToolArguments,

    /// <summary>
    /// A message begins; <see cref="ModelDelta.Text"/> is its phase, or empty. Not told of an answer's first message where it
    /// has no phase.
    /// </summary>
    Message,

    /// <summary>What the text before refers to; <see cref="ModelDelta.Text"/> is a JSON array of citations.</summary>
    Annotations,
}

/// <summary>A piece of a stream.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.model-delta")]
public sealed record ModelDelta
{
    /// <summary>What it belongs to.</summary>
    [Id(0)]
    public required ModelDeltaKind Kind { get; init; }

    /// <summary>The text, a piece of the arguments, or what the kind says.</summary>
    [Id(1)]
    public string Text { get; init; } = "";

    /// <summary>The place of the function call among the calls of this answer, from 0.</summary>
    [Id(2)]
    public int Index { get; init; }

    /// <summary>The function call's id.</summary>
    [Id(3)]
    public string? CallId { get; init; }

    /// <summary>The function's name.</summary>
    [Id(4)]
    public string? Name { get; init; }
}
