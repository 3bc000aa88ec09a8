namespace OrleansAi.Contracts.Runs;

/// <summary>A fork that has become a turn of the conversation that it was forked from.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.promotion")]
public sealed record Promotion
{
    /// <summary>The fork.</summary>
    [Id(0)]
    public required string RunId { get; init; }

    /// <summary>The conversation.</summary>
    [Id(1)]
    public required string ConversationId { get; init; }

    /// <summary>The run whose turn it has replaced.</summary>
    [Id(2)]
    public required string Replaces { get; init; }

    /// <summary>The ids of its items in the conversation, in order.</summary>
    [Id(3)]
    public required IReadOnlyList<string> Items { get; init; }

    /// <summary>When it was promoted, Unix milliseconds.</summary>
    [Id(4)]
    public required long PromotedAt { get; init; }
}
