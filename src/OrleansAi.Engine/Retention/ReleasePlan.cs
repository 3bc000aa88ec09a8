using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Retention;

/// <summary>What is let go of some runs of one conversation, as its stream stands at one moment.</summary>
public sealed record ReleasePlan
{
    /// <summary>The last position of the stream that was read: the plan holds as long as nothing is behind it.</summary>
    public required long Position { get; init; }

    /// <summary>The runs, in the order of their ends.</summary>
    public required IReadOnlyList<RunEntry> Runs { get; init; }

    /// <summary>Those of them of which nothing stays.</summary>
    public required IReadOnlySet<string> WholeRuns { get; init; }

    /// <summary>Whose keys are destroyed.</summary>
    public required IReadOnlyList<KeyPath> Keys { get; init; }

    /// <summary>What stands apart and nothing that can be read refers to any more.</summary>
    public required IReadOnlyList<ContentHash> Contents { get; init; }

    /// <summary>How many bytes of content that is, as it is stored.</summary>
    public required long Bytes { get; init; }
}
