namespace OrleansAi.Contracts.Access;

/// <summary>A key without its secret.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.key-view")]
public sealed record KeyView
{
    /// <summary>The eight characters that the key's text has before its secret; they name it in logs.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The id of the project that the key belongs to.</summary>
    [Id(1)]
    public required string Project { get; init; }

    /// <summary>What people call it.</summary>
    [Id(2)]
    public required string Name { get; init; }

    /// <summary>What it may do.</summary>
    [Id(3)]
    public required KeyRole Role { get; init; }

    /// <summary>What it may ask for.</summary>
    [Id(4)]
    public RateLimits Limits { get; init; } = RateLimits.None;

    /// <summary>When it was made, Unix milliseconds.</summary>
    [Id(5)]
    public required long CreatedAt { get; init; }

    /// <summary>Who made it: a key's id, or <see cref="AccessActor.CommandLineId"/>.</summary>
    [Id(6)]
    public required string CreatedBy { get; init; }

    /// <summary>When it ends by itself, Unix milliseconds; null for never.</summary>
    [Id(7)]
    public long? ExpiresAt { get; init; }

    /// <summary>When it was revoked, Unix milliseconds.</summary>
    [Id(8)]
    public long? RevokedAt { get; init; }

    /// <summary>Who revoked it.</summary>
    [Id(9)]
    public string? RevokedBy { get; init; }
}

/// <summary>A key that is to be made. Its secret stays where it was made: only its keyed hash is sent and stored.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.new-key")]
public sealed record NewKey
{
    /// <summary>Its id.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The keyed hash of its text, 32 bytes.</summary>
    [Id(1)]
    public required byte[] Hash { get; init; }

    /// <summary>The id of its project; null for the maker's own.</summary>
    [Id(2)]
    public string? Project { get; init; }

    /// <summary>What people call it; at most 64 characters.</summary>
    [Id(3)]
    public required string Name { get; init; }

    /// <summary>What it may do.</summary>
    [Id(4)]
    public required KeyRole Role { get; init; }

    /// <summary>What it may ask for.</summary>
    [Id(5)]
    public RateLimits Limits { get; init; } = RateLimits.None;

    /// <summary>When it ends by itself, Unix milliseconds; null for never.</summary>
    [Id(6)]
    public long? ExpiresAt { get; init; }
}
