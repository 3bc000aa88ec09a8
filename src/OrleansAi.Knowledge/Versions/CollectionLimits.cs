namespace OrleansAi.Knowledge.Versions;

/// <summary>The bounds of a collection.</summary>
public sealed record CollectionLimits
{
    /// <summary>The default of <see cref="MostDocuments"/>.</summary>
    public const int DefaultMostDocuments = 100_000;

    /// <summary>The default of <see cref="ChunksPerShard"/>.</summary>
    public const int DefaultChunksPerShard = 100_000;

    /// <summary>The longest name of a collection or a document.</summary>
    public const int LongestName = 256;

    /// <summary>The longest description of a collection: that of a metadata value.</summary>
    public const int LongestDescription = 512;

    /// <summary>The most entries of the metadata, those of OpenAI's API.</summary>
    public const int MostMetadata = 16;

    /// <summary>The most days after which a collection may expire.</summary>
    public const int MostExpiryDays = 365;

    /// <summary>How many batches are known by their ids: the newest ones.</summary>
    public const int MostBatches = 1_000;

    /// <summary>How many documents a collection may have.</summary>
    /// <value>The default value is 100,000 documents.</value>
    public int MostDocuments { get; init; } = DefaultMostDocuments;

    /// <summary>From how many chunks on a shard takes no more of them.</summary>
    /// <value>The default value is 100,000 chunks.</value>
    public int ChunksPerShard { get; init; } = DefaultChunksPerShard;
}
