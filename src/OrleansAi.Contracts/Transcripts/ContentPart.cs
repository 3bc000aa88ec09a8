namespace OrleansAi.Contracts.Transcripts;

/// <summary>What a part of a message is.</summary>
[GenerateSerializer]
[Alias("orleansai.content-part-kind")]
public enum ContentPartKind
{
    /// <summary>Text that a caller gave.</summary>
    InputText,

    /// <summary>Text that a model wrote.</summary>
    OutputText,

    /// <summary>A model's refusal.</summary>
    Refusal,
}

/// <summary>One part of a message.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.content-part")]
public sealed record ContentPart
{
    /// <summary>What the part is.</summary>
    [Id(0)]
    public required ContentPartKind Kind { get; init; }

    /// <summary>The text, byte for byte as it was given.</summary>
    [Id(1)]
    public required string Text { get; init; }
}
