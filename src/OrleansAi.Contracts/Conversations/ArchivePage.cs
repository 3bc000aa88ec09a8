namespace OrleansAi.Contracts.Conversations;

/// <summary>Where an export goes on.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.archive-place")]
public sealed record ArchivePlace
{
    /// <summary>Which of the archive's conversations.</summary>
    [Id(0)]
    public int Conversation { get; init; }

    /// <summary>The last record that was exported of it; 0 for none.</summary>
    [Id(1)]
    public long After { get; init; }

    /// <summary>The last record that is to be exported of it; 0 when that is not known yet.</summary>
    [Id(2)]
    public long Until { get; init; }
}

/// <summary>A part of an archive.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.archive-page")]
public sealed record ArchivePage
{
    /// <summary>Lines of JSON.</summary>
    [Id(0)]
    public required IReadOnlyList<string> Lines { get; init; }

    /// <summary>Where it goes on; null at the end.</summary>
    [Id(1)]
    public ArchivePlace? Next { get; init; }
}

/// <summary>What became of one conversation of an archive.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.imported-conversation")]
public sealed record ImportedConversation
{
    /// <summary>The conversation.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>How many records it has.</summary>
    [Id(1)]
    public required int Records { get; init; }

    /// <summary>How many runs it has.</summary>
    [Id(2)]
    public required int Runs { get; init; }

    /// <summary>False when the same conversation, equal in everything, was there already.</summary>
    [Id(3)]
    public required bool IsNew { get; init; }
}
