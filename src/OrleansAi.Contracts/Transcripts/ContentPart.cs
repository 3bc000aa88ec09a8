namespace OrleansAi.Contracts.Transcripts;

/// <summary>What a part of an item is.</summary>
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

    /// <summary>An image that a caller gave.</summary>
    InputImage,

    /// <summary>A file that a caller gave.</summary>
    InputFile,

    /// <summary>What a model thought, word for word.</summary>
    ReasoningText,

    /// <summary>What a model thought, in short.</summary>
    SummaryText,
}

/// <summary>Where the bytes of an image or a file are.</summary>
[GenerateSerializer]
[Alias("orleansai.media-form")]
public enum MediaForm
{
    /// <summary>At an address, which may be a <c>data:</c> address with the bytes in it.</summary>
    Url,

    /// <summary>In the part itself, in base 64.</summary>
    Data,

    /// <summary>In a file that was uploaded; the part has its id.</summary>
    FileId,
}

/// <summary>One part of an item.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.content-part")]
public sealed record ContentPart
{
    /// <summary>What the part is.</summary>
    [Id(0)]
    public required ContentPartKind Kind { get; init; }

    /// <summary>The text, byte for byte as it was given; of an image or a file its address or its bytes, as <see cref="Form"/> says.</summary>
    [Id(1)]
    public required string Text { get; init; }

    /// <summary>What <see cref="Text"/> is, of an image or a file.</summary>
    [Id(2)]
    public MediaForm Form { get; init; }

    /// <summary>How closely an image or a file shall be looked at: <c>low</c>, <c>high</c> or <c>auto</c>; null where nobody said.</summary>
    [Id(3)]
    public string? Detail { get; init; }

    /// <summary>A file's name.</summary>
    [Id(4)]
    public string? FileName { get; init; }

    /// <summary>A JSON array of what the text refers to, as it was given; null for nothing.</summary>
    [Id(5)]
    public string? Annotations { get; init; }

    /// <summary>The file that the bytes of an image or a file were taken from; null where they came with the part.</summary>
    [Id(6)]
    public string? FileId { get; init; }

    /// <summary>True for an image or a file.</summary>
    public bool IsMedia => Kind is ContentPartKind.InputImage or ContentPartKind.InputFile;
}
