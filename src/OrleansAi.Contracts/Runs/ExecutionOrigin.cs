using System.Text.Json.Serialization;

namespace OrleansAi.Contracts.Runs;

/// <summary>What a piece of a run was carried out by: the build, its configuration and the activation.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.execution-origin")]
public sealed record ExecutionOrigin
{
    /// <summary>The version of the build, for example <c>0.1.0</c>.</summary>
    [Id(0)]
    [JsonPropertyName("v")]
    public required string Version { get; init; }

    /// <summary>The commit that the build was made from; null where the build does not know.</summary>
    [Id(1)]
    [JsonPropertyName("c")]
    public string? Commit { get; init; }

    /// <summary>A hash of what is configured of vendors, routes and conversations, secrets left out; equal where the configuration is.</summary>
    [Id(2)]
    [JsonPropertyName("k")]
    public string? Configuration { get; init; }

    /// <summary>The activation of the conversation's owner.</summary>
    [Id(3)]
    [JsonPropertyName("a")]
    public string? Activation { get; init; }
}
