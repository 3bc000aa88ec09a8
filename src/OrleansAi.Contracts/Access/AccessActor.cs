namespace OrleansAi.Contracts.Access;

/// <summary>Who does something to keys and projects.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.access-actor")]
public sealed record AccessActor
{
    /// <summary>The <see cref="Id"/> of whoever runs the program's own commands.</summary>
    public const string CommandLineId = "command-line";

    /// <summary>A key's id, or <see cref="CommandLineId"/>.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The id of the actor's project.</summary>
    [Id(1)]
    public required string Project { get; init; }

    /// <summary>The organisation that the actor reaches.</summary>
    [Id(2)]
    public required string Organization { get; init; }

    /// <summary>What the actor may do.</summary>
    [Id(3)]
    public required KeyRole Role { get; init; }
}
