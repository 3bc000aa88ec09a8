namespace OrleansAi.Contracts.Runs;

/// <summary>Why a run failed, first cause first.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.run-error")]
public sealed record RunError
{
    /// <summary>One of <see cref="Errors.ErrorCodes"/>.</summary>
    [Id(0)]
    public required string Code { get; init; }

    /// <summary>A message that is safe to show.</summary>
    [Id(1)]
    public required string Message { get; init; }
}
