using OrleansAi.Contracts.Retrieval;

namespace OrleansAi.Contracts.Transcripts;

/// <summary>A search of collections that a turn made.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.search-call")]
public sealed record SearchCall
{
    /// <summary>What was asked.</summary>
    [Id(0)]
    public required IReadOnlyList<string> Queries { get; init; }

    /// <summary>What was found; null where nobody asked to see it.</summary>
    [Id(1)]
    public IReadOnlyList<RetrievedPassage>? Results { get; init; }
}
