namespace OrleansAi.Contracts.Access;

/// <summary>A project, which is a tenant: nothing of it is seen from another one.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.project-view")]
public sealed record ProjectView
{
    /// <summary>The project's id, which is the tenant's.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The organisation that the project belongs to. Its admins make projects and keys.</summary>
    [Id(1)]
    public required string Organization { get; init; }

    /// <summary>Unique in the organisation.</summary>
    [Id(2)]
    public required string Name { get; init; }

    /// <summary>What all keys of the project may ask for together.</summary>
    [Id(3)]
    public RateLimits Limits { get; init; } = RateLimits.None;

    /// <summary>When it was made, Unix milliseconds.</summary>
    [Id(4)]
    public required long CreatedAt { get; init; }

    /// <summary>Who made it: a key's id, or <see cref="AccessActor.CommandLineId"/>.</summary>
    [Id(5)]
    public required string CreatedBy { get; init; }
}

/// <summary>A project that is to be made.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.new-project")]
public sealed record NewProject
{
    /// <summary>1 to 64 letters, digits, <c>-</c>, <c>_</c>, <c>.</c>; unique in the organisation.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>What all keys of the project may ask for together.</summary>
    [Id(1)]
    public RateLimits Limits { get; init; } = RateLimits.None;
}
