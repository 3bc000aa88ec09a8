namespace OrleansAi.Contracts.Files;

/// <summary>A file that was uploaded.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.file-view")]
public sealed record FileView
{
    /// <summary>Its id, <c>file-…</c>.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>Its name, without a path.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>What it is for, one of <see cref="FilePurposes"/>.</summary>
    [Id(2)]
    public required string Purpose { get; init; }

    /// <summary>Its media type, for example <c>application/pdf</c>.</summary>
    [Id(3)]
    public required string MediaType { get; init; }

    /// <summary>How many bytes it has.</summary>
    [Id(4)]
    public required long Bytes { get; init; }

    /// <summary>When it was published, Unix milliseconds.</summary>
    [Id(5)]
    public required long CreatedAt { get; init; }

    /// <summary>From when on it is not there any more, Unix milliseconds; null for never.</summary>
    [Id(6)]
    public long? ExpiresAt { get; init; }
}
