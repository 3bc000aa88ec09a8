namespace OrleansAi.Contracts.Files;

/// <summary>A piece of a file's content. Every piece but the last one is <see cref="MostBytes"/> long.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.file-chunk")]
public sealed record FileChunk
{
    /// <summary>The length of a piece: with what sealing adds it is stored in 1 MiB.</summary>
    public const int MostBytes = (1 << 20) - 16;

    /// <summary>The bytes; they are never changed.</summary>
    [Id(0)]
    public required byte[] Bytes { get; init; }

    /// <summary>How many pieces a content has.</summary>
    public static int CountOf(long bytes) => (int)((bytes + MostBytes - 1) / MostBytes);
}
