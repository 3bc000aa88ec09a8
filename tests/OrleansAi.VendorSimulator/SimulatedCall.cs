using System.Text.Json.Nodes;

namespace OrleansAi.VendorSimulator;

/// <summary>A call that the simulator has seen.</summary>
public sealed record SimulatedCall
{
    /// <summary>From 1, over all wires.</summary>
    public required int Number { get; init; }

    /// <summary>The wire it came on.</summary>
    public required Wire Wire { get; init; }

    /// <summary>The model asked for.</summary>
    public required string Model { get; init; }

    /// <summary>True when a stream was asked for.</summary>
    public required bool IsStream { get; init; }

    /// <summary>The request.</summary>
    public required JsonObject Body { get; init; }

    /// <summary>The request as it came.</summary>
    public required string RawBody { get; init; }

    /// <summary>Its headers, names in lower case.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The text of the last user message.</summary>
    public required string LastUserText { get; init; }

    /// <summary>The texts to embed, in order; null for a call of a model that converses.</summary>
    public IReadOnlyList<string>? Inputs { get; init; }

    /// <summary>Ends when the client hangs up before the answer is whole.</summary>
    public required Task Disconnected { get; init; }

    /// <summary>Why the vendor would refuse the request; null when it is well formed.</summary>
    public string? Refused { get; set; }
}
