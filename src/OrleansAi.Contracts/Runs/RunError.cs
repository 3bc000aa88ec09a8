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

    /// <summary>The name of the wish that could not be granted, as the Responses API has it; null when none is to blame.</summary>
    [Id(2)]
    public string? Param { get; init; }

    /// <summary>After how many milliseconds trying again may help, where the vendor or its breaker said so.</summary>
    [Id(3)]
    public long? RetryAfterMilliseconds { get; init; }
}
