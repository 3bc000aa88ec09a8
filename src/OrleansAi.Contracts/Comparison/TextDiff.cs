namespace OrleansAi.Contracts.Comparison;

/// <summary>Why the lines of two texts are not shown.</summary>
[GenerateSerializer]
[Alias("orleansai.text-diff-state")]
public enum TextDiffState
{
    /// <summary>They are.</summary>
    Shown,

    /// <summary>One of the texts was destroyed.</summary>
    Destroyed,

    /// <summary>The texts are too long.</summary>
    TooLong,
}

/// <summary>How two texts differ, line by line.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.text-diff")]
public sealed record TextDiff
{
    /// <summary>Which text it is.</summary>
    [Id(0)]
    public required string Field { get; init; }

    /// <summary>SHA-256 of the first text, lower-case hexadecimal; null when there is none or it was destroyed.</summary>
    [Id(1)]
    public string? HashA { get; init; }

    /// <summary>The same of the second text.</summary>
    [Id(2)]
    public string? HashB { get; init; }

    /// <summary>Whether the lines are shown.</summary>
    [Id(3)]
    public TextDiffState State { get; init; }

    /// <summary>The changed places with the lines around them.</summary>
    [Id(4)]
    public IReadOnlyList<TextHunk> Hunks { get; init; } = [];
}

/// <summary>A changed place of a text with the lines around it.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.text-hunk")]
public sealed record TextHunk
{
    /// <summary>The place's first line in the first text, from 1.</summary>
    [Id(0)]
    public required int StartA { get; init; }

    /// <summary>The place's first line in the second text, from 1.</summary>
    [Id(1)]
    public required int StartB { get; init; }

    /// <summary>The lines, each after a space, a minus (only in the first text) or a plus (only in the second).</summary>
    [Id(2)]
    public required IReadOnlyList<string> Lines { get; init; }
}
