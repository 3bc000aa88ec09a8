using System.Text.Json.Serialization;

namespace OrleansAi.Contracts.Runs;

/// <summary>Where a route led, and why there.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.route-decision")]
public sealed record RouteDecision
{
    /// <summary>The route.</summary>
    [Id(0)]
    public required string Route { get; init; }

    /// <summary>The vendor of the chosen candidate.</summary>
    [Id(1)]
    public required string Vendor { get; init; }

    /// <summary>The vendor's name of the model.</summary>
    [Id(2)]
    public required string Model { get; init; }

    /// <summary>
    /// <c>first_candidate</c>; <c>passed_over</c> where better ones were in trouble; <c>none_usable</c> where all were, so that the
    /// first was taken; <c>recorded</c> in a fork that takes the decision of its origin.
    /// </summary>
    [Id(3)]
    public required string Reason { get; init; }

    /// <summary>The better candidates that were passed over, best first.</summary>
    [Id(4)]
    public IReadOnlyList<PassedOverCandidate> PassedOver { get; init; } = [];
}

/// <summary>A candidate of a route that was in trouble when the route was decided.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.passed-over-candidate")]
public sealed record PassedOverCandidate
{
    /// <summary>The vendor's configured name.</summary>
    [Id(0)]
    [JsonPropertyName("v")]
    public required string Vendor { get; init; }

    /// <summary>The vendor's name of the model.</summary>
    [Id(1)]
    [JsonPropertyName("m")]
    public required string Model { get; init; }

    /// <summary><c>breaker_open</c>, <c>quarantined</c>, or the cause of its last failure.</summary>
    [Id(2)]
    [JsonPropertyName("c")]
    public required string Cause { get; init; }
}
