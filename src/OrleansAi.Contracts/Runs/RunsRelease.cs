namespace OrleansAi.Contracts.Runs;

/// <summary>What retention has let go of one conversation.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.runs-release")]
public sealed record RunsRelease
{
    /// <summary>Nothing.</summary>
    public static readonly RunsRelease Nothing = new();

    /// <summary>The runs whose content is gone.</summary>
    [Id(0)]
    public IReadOnlyList<string> RunIds { get; init; } = [];

    /// <summary>How many bytes of content that was, as it was stored.</summary>
    [Id(1)]
    public long Bytes { get; init; }

    /// <summary>True when the conversation was written all the while, so that nothing was decided.</summary>
    [Id(2)]
    public bool IsBusy { get; init; }
}

/// <summary>What one pass of retention over a tenant's runs has done.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.retention-pass")]
public sealed record RetentionPass
{
    /// <summary>How many runs it looked at.</summary>
    [Id(0)]
    public int Looked { get; init; }

    /// <summary>How many runs' content it let go.</summary>
    [Id(1)]
    public int Runs { get; init; }

    /// <summary>How many bytes of content that was, as it was stored.</summary>
    [Id(2)]
    public long Bytes { get; init; }

    /// <summary>True when there is more to do at once.</summary>
    [Id(3)]
    public bool HasMore { get; init; }
}
