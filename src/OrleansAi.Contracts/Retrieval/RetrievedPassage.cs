using OrleansAi.Contracts.Collections;

namespace OrleansAi.Contracts.Retrieval;

/// <summary>A passage that a turn was told, and where it stands.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.retrieved-passage")]
public sealed record RetrievedPassage
{
    /// <summary>The collection.</summary>
    [Id(0)]
    public required string CollectionId { get; init; }

    /// <summary>The version of the collection.</summary>
    [Id(1)]
    public required long Version { get; init; }

    /// <summary>The document, which is a file.</summary>
    [Id(2)]
    public required string DocumentId { get; init; }

    /// <summary>The hash of the document's source; 64 lower-case hexadecimal digits.</summary>
    [Id(3)]
    public required string DocumentHash { get; init; }

    /// <summary>The document's file name; empty once it was destroyed.</summary>
    [Id(4)]
    public string Name { get; init; } = "";

    /// <summary>The passage's number in its document, from 0.</summary>
    [Id(5)]
    public required int Index { get; init; }

    /// <summary>Where it begins in the document's text.</summary>
    [Id(6)]
    public required int Start { get; init; }

    /// <summary>How long it is, in UTF-16 units.</summary>
    [Id(7)]
    public required int Length { get; init; }

    /// <summary>How many tokens it has.</summary>
    [Id(8)]
    public required int Tokens { get; init; }

    /// <summary>From 0 to 1; 1 is the first place in every ranking.</summary>
    [Id(9)]
    public required float Score { get; init; }

    /// <summary>Its text; empty once it was destroyed.</summary>
    [Id(10)]
    public string Text { get; init; } = "";

    /// <summary>The document's attributes.</summary>
    [Id(11)]
    public IReadOnlyDictionary<string, CollectionAttribute> Attributes { get; init; } = new Dictionary<string, CollectionAttribute>();
}
