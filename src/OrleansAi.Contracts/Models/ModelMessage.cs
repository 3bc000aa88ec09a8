using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Contracts.Models;

/// <summary>
/// One message of a model request. The output of a function call is a message of its own that names the call; its
/// <see cref="Role"/> is then <see cref="Transcripts.Role.User"/>.
/// </summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.model-message")]
public sealed record ModelMessage
{
    /// <summary>Who speaks.</summary>
    [Id(0)]
    public required Role Role { get; init; }

    /// <summary>What is said; empty where a message has calls, images or files alone.</summary>
    [Id(1)]
    public required string Text { get; init; }

    /// <summary>
    /// Images and files, in order; each says by its <see cref="ModelMedia.Position"/> where in the text it stands.
    /// </summary>
    [Id(2)]
    public IReadOnlyList<ModelMedia> Media { get; init; } = [];

    /// <summary>What the model thought before it spoke, with what its vendor wants back.</summary>
    [Id(3)]
    public IReadOnlyList<ModelReasoning> Reasoning { get; init; } = [];

    /// <summary>The functions that the model called, in order.</summary>
    [Id(4)]
    public IReadOnlyList<ModelToolCall> ToolCalls { get; init; } = [];

    /// <summary>The call whose output the text is; null for every other message.</summary>
    [Id(5)]
    public string? ToolCallId { get; init; }

    /// <summary>True when the function failed and the text says how.</summary>
    [Id(6)]
    public bool IsToolError { get; init; }

    /// <summary><c>commentary</c> or <c>final_answer</c>, where the model's message said so.</summary>
    [Id(7)]
    public string? Phase { get; init; }

    /// <summary>The name of who speaks, where there are several of one role; null where nobody said.</summary>
    [Id(8)]
    public string? Name { get; init; }

    [NonSerialized]
    private MessageMemo.Slot _memo;

    /// <summary>What was worked out of this message before; no part of its value, and never sent.</summary>
    public MessageMemo Memo => _memo.Of(this);
}

/// <summary>What comes with a message.</summary>
[GenerateSerializer]
[Alias("orleansai.model-media-kind")]
public enum ModelMediaKind
{
    /// <summary>A picture.</summary>
    Image,

    /// <summary>A document.</summary>
    File,
}

/// <summary>An image or a file in the input, by its address or by its bytes.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.model-media")]
public sealed record ModelMedia
{
    /// <summary>What it is.</summary>
    [Id(0)]
    public required ModelMediaKind Kind { get; init; }

    /// <summary>Where the vendor can read it; null when <see cref="Data"/> has it.</summary>
    [Id(1)]
    public string? Url { get; init; }

    /// <summary>The bytes in base 64; null when <see cref="Url"/> leads to it.</summary>
    [Id(2)]
    public string? Data { get; init; }

    /// <summary>The media type, for example <c>image/png</c>.</summary>
    [Id(3)]
    public string? MediaType { get; init; }

    /// <summary>The file's name.</summary>
    [Id(4)]
    public string? FileName { get; init; }

    /// <summary>How closely an image shall be looked at: <c>low</c>, <c>high</c> or <c>auto</c>.</summary>
    [Id(5)]
    public string? Detail { get; init; }

    /// <summary>How much of the message's text stands before it, in UTF-16 units.</summary>
    [Id(6)]
    public int Position { get; init; }
}

/// <summary>
/// What a model thought. <see cref="Opaque"/> is for the eyes of the vendor that made it: it goes back to that vendor byte
/// for byte, and to no other.
/// </summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.model-reasoning")]
public sealed record ModelReasoning
{
    /// <summary>The thoughts or their summary, as far as the vendor shows them.</summary>
    [Id(0)]
    public string Text { get; init; } = "";

    /// <summary>The configured name of the vendor that made it.</summary>
    [Id(1)]
    public required string Vendor { get; init; }

    /// <summary>What the opaque value is in the vendor's words, for example <c>thinking</c> or <c>redacted_thinking</c>.</summary>
    [Id(2)]
    public required string Kind { get; init; }

    /// <summary>The vendor's id of the item, where it has one.</summary>
    [Id(3)]
    public string? Id { get; init; }

    /// <summary>The signature or encrypted content that the vendor wants back.</summary>
    [Id(4)]
    public string? Opaque { get; init; }
}

/// <summary>A function that a model called.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.model-tool-call")]
public sealed record ModelToolCall
{
    /// <summary>The call's id; given by us where the vendor gives none.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The function's name.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>The arguments as JSON text, as the model wrote them; <c>{}</c> for none.</summary>
    [Id(2)]
    public required string Arguments { get; init; }

    /// <summary>The signature that the vendor wants back with the call.</summary>
    [Id(3)]
    public string? Opaque { get; init; }

    /// <summary>The configured name of the vendor that made <see cref="Opaque"/>.</summary>
    [Id(4)]
    public string? Vendor { get; init; }
}
