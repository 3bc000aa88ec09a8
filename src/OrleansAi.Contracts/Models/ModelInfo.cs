namespace OrleansAi.Contracts.Models;

/// <summary>A route that callers can name as a model.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.model-info")]
public sealed record ModelInfo
{
    /// <summary>The route's name.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The vendor of its first candidate.</summary>
    [Id(1)]
    public required string OwnedBy { get; init; }
}
