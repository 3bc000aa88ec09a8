namespace OrleansAi.Knowledge.Documents;

/// <summary>A document as it came.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="Bytes">Its bytes.</param>
public sealed record DocumentSource(string Name, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The media type that was declared, with its charset if it has one.</summary>
    public string? MediaType { get; init; }
}
