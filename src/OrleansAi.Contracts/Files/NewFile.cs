namespace OrleansAi.Contracts.Files;

/// <summary>What is said of a file when its content is there.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.new-file")]
public sealed record NewFile
{
    /// <summary>Its name, without a path.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>What it is for, one of <see cref="FilePurposes"/>.</summary>
    [Id(1)]
    public required string Purpose { get; init; }

    /// <summary>Its media type.</summary>
    [Id(2)]
    public required string MediaType { get; init; }

    /// <summary>After how many seconds it shall be deleted; null for never.</summary>
    [Id(3)]
    public long? ExpiresAfterSeconds { get; init; }
}
