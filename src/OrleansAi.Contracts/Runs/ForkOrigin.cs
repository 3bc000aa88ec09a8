using System.Text.Json.Serialization;

namespace OrleansAi.Contracts.Runs;

/// <summary>
/// What a forked run does with the calls of its model to functions, and where its origin searched: the search is made again for
/// <see cref="Live"/> alone. The numbers are stored: never change one.
/// </summary>
[GenerateSerializer]
[Alias("orleansai.fork-tools")]
public enum ForkTools
{
    /// <summary>The outputs that the origin's call of the same function with the same arguments got; else the run ends incomplete.</summary>
    Recorded = 0,

    /// <summary>No call is answered: the run ends incomplete.</summary>
    Deny = 1,

    /// <summary>The calls are the run's answer, as they are of any run; their caller carries them out.</summary>
    Live = 2,
}

/// <summary>The run that another one is a fork of.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.fork-origin")]
public sealed record ForkOrigin
{
    /// <summary>The origin's id.</summary>
    [Id(0)]
    [JsonPropertyName("run")]
    public required string RunId { get; init; }

    /// <summary>The first step that is carried out anew; those before it are taken from the origin.</summary>
    [Id(1)]
    [JsonPropertyName("from")]
    public int From { get; init; }

    /// <summary>What happens to calls of functions.</summary>
    [Id(2)]
    [JsonPropertyName("tools")]
    public ForkTools Tools { get; init; }

    /// <summary>What was overridden, by name, in the order of the names.</summary>
    [Id(3)]
    [JsonPropertyName("over")]
    public IReadOnlyList<string>? Overridden { get; init; }

    /// <summary>Its place among the forks that were made at once, from 0.</summary>
    [Id(4)]
    [JsonPropertyName("i")]
    public int Index { get; init; }

    /// <summary>The vendor that the origin's route decision led to, where the fork takes it from the record.</summary>
    [Id(5)]
    [JsonPropertyName("v")]
    public string? Vendor { get; init; }

    /// <summary>The model of that decision.</summary>
    [Id(6)]
    [JsonPropertyName("m")]
    public string? Model { get; init; }
}
