namespace OrleansAi.Contracts.Files;

/// <summary>Which files are wanted.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.file-query")]
public sealed record FileQuery
{
    /// <summary>The last id of the page before; null for the first page.</summary>
    [Id(0)]
    public string? After { get; init; }

    /// <summary>The most files of the page.</summary>
    [Id(1)]
    public required int Limit { get; init; }

    /// <summary>True for the oldest first.</summary>
    [Id(2)]
    public bool Ascending { get; init; }

    /// <summary>Only files for this; null for all.</summary>
    [Id(3)]
    public string? Purpose { get; init; }
}

/// <summary>A page of files.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.file-page")]
public sealed record FilePage
{
    /// <summary>The files, in order.</summary>
    [Id(0)]
    public required IReadOnlyList<FileView> Files { get; init; }

    /// <summary>True when more follow.</summary>
    [Id(1)]
    public bool HasMore { get; init; }
}
