namespace OrleansAi.Contracts.Comparison;

/// <summary>What became of an entry of a list.</summary>
[GenerateSerializer]
[Alias("orleansai.entry-change")]
public enum EntryChange
{
    /// <summary>Only in the second run.</summary>
    In,

    /// <summary>Only in the first run.</summary>
    Out,

    /// <summary>In both, but in another order.</summary>
    Moved,

    /// <summary>In both, with another content or version.</summary>
    Changed,
}

/// <summary>How two lists differ: what was told of the conversation, the input, the functions that were called.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.list-diff")]
public sealed record ListDiff
{
    /// <summary>Which list it is.</summary>
    [Id(0)]
    public required string Field { get; init; }

    /// <summary>How many entries the first run has.</summary>
    [Id(1)]
    public required int CountA { get; init; }

    /// <summary>How many entries the second run has.</summary>
    [Id(2)]
    public required int CountB { get; init; }

    /// <summary>How many entries are the same in both, in place.</summary>
    [Id(3)]
    public required int Same { get; init; }

    /// <summary>The entries that differ, in order; at most <see cref="MostEntries"/>.</summary>
    [Id(4)]
    public required IReadOnlyList<EntryDiff> Entries { get; init; }

    /// <summary>How many entries that differ are left out.</summary>
    [Id(5)]
    public int LeftOut { get; init; }

    /// <summary>The most entries that are told.</summary>
    public const int MostEntries = 200;
}

/// <summary>An entry of a list that differs.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.entry-diff")]
public sealed record EntryDiff
{
    /// <summary>What became of it.</summary>
    [Id(0)]
    public required EntryChange Change { get; init; }

    /// <summary>What it is: a kind of item, or <c>function_call</c>.</summary>
    [Id(1)]
    public required string Kind { get; init; }

    /// <summary>Its id or name.</summary>
    [Id(2)]
    public required string Name { get; init; }

    /// <summary>Its place in the first run, from 0.</summary>
    [Id(3)]
    public int? PlaceA { get; init; }

    /// <summary>Its place in the second run, from 0.</summary>
    [Id(4)]
    public int? PlaceB { get; init; }

    /// <summary>The beginning of its text in the first run; null where there is none.</summary>
    [Id(5)]
    public string? TextA { get; init; }

    /// <summary>The beginning of its text in the second run; null where there is none.</summary>
    [Id(6)]
    public string? TextB { get; init; }
}
