namespace OrleansAi.Contracts.Collections;

/// <summary>What a collection answers, all of one version.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.collection-answer")]
public sealed record CollectionAnswer
{
    /// <summary>The version that every passage is of.</summary>
    [Id(0)]
    public required long Version { get; init; }

    /// <summary>The passages, best first.</summary>
    [Id(1)]
    public required IReadOnlyList<PassageView> Passages { get; init; }

    /// <summary>Which shards are not in the answer, and why; empty when it is whole.</summary>
    [Id(2)]
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>How many tokens of the questions were embedded; 0 where the vendor does not say.</summary>
    [Id(8)]
    public int QueryTokens { get; init; }
}

/// <summary>A passage that was found.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.passage-view")]
public sealed record PassageView
{
    /// <summary>The document.</summary>
    [Id(0)]
    public required string DocumentId { get; init; }

    /// <summary>Its file name.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>The hash of the document's source, which tells its revisions apart; 64 lower-case hexadecimal digits.</summary>
    [Id(2)]
    public required string DocumentHash { get; init; }

    /// <summary>Its attributes.</summary>
    [Id(3)]
    public required IReadOnlyDictionary<string, CollectionAttribute> Attributes { get; init; }

    /// <summary>From 0 to 1; 1 is the first place in every ranking.</summary>
    [Id(4)]
    public required float Score { get; init; }

    /// <summary>The passage's number in its document, from 0.</summary>
    [Id(5)]
    public required int Index { get; init; }

    /// <summary>Where it begins in the document's text.</summary>
    [Id(6)]
    public required int Start { get; init; }

    /// <summary>Its text.</summary>
    [Id(7)]
    public required string Text { get; init; }

    /// <summary>How many tokens its text has.</summary>
    [Id(8)]
    public required int Tokens { get; init; }

    /// <summary>The headings above its beginning, outermost first.</summary>
    [Id(9)]
    public IReadOnlyList<string> HeadingPath { get; init; } = [];
}
