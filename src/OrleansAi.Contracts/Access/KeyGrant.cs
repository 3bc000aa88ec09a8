namespace OrleansAi.Contracts.Access;

/// <summary>What a caller shows: the id that its key claims and the keyed hash of the whole text.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.key-proof")]
public sealed record KeyProof
{
    /// <summary>The id, or empty when the text has none.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The keyed hash of the text, 32 bytes.</summary>
    [Id(1)]
    public required byte[] Hash { get; init; }
}

/// <summary>What a key stands for, at the moment that it was checked.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.key-grant")]
public sealed record KeyGrant
{
    /// <summary>The key's id.</summary>
    [Id(0)]
    public required string KeyId { get; init; }

    /// <summary>The id of its project: the tenant.</summary>
    [Id(1)]
    public required string Project { get; init; }

    /// <summary>The project's organisation.</summary>
    [Id(2)]
    public required string Organization { get; init; }

    /// <summary>What the key may do.</summary>
    [Id(3)]
    public required KeyRole Role { get; init; }

    /// <summary>What the key may ask for, by its own record.</summary>
    [Id(4)]
    public RateLimits KeyLimits { get; init; } = RateLimits.None;

    /// <summary>What the project may ask for, by its own record.</summary>
    [Id(5)]
    public RateLimits ProjectLimits { get; init; } = RateLimits.None;
}
