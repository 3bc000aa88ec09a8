using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Contracts.Conversations;

/// <summary>A conversation as its caller sees it.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.conversation-view")]
public sealed record ConversationView
{
    /// <summary>The conversation's id.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>When it was made, Unix milliseconds.</summary>
    [Id(1)]
    public required long CreatedAt { get; init; }

    /// <summary>The caller's own pairs.</summary>
    [Id(2)]
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }
}

/// <summary>Which items to list.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.item-query")]
public sealed record ItemQuery
{
    /// <summary>Only items after this one in the chosen order.</summary>
    [Id(0)]
    public string? After { get; init; }

    /// <summary>1 to 100; the default value is 20.</summary>
    [Id(1)]
    public int Limit { get; init; } = 20;

    /// <summary>True for oldest first; the default value is false.</summary>
    [Id(2)]
    public bool Ascending { get; init; }
}

/// <summary>A page of items.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.item-page")]
public sealed record ItemPage
{
    /// <summary>The items in the chosen order.</summary>
    [Id(0)]
    public required IReadOnlyList<Item> Items { get; init; }

    /// <summary>True when more follow.</summary>
    [Id(1)]
    public bool HasMore { get; init; }
}
