namespace OrleansAi.Contracts.Runs;

/// <summary>What a model request took of its conversation.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.context-range")]
public sealed record ContextRange
{
    /// <summary>How many turns of history.</summary>
    [Id(0)]
    public required int Turns { get; init; }

    /// <summary>Where the first of them ended in its stream; 0 for none.</summary>
    [Id(1)]
    public required long FirstTurnPosition { get; init; }

    /// <summary>How many messages the request has.</summary>
    [Id(2)]
    public required int Messages { get; init; }
}
