using OrleansAi.Contracts.Files;

namespace OrleansAi.Grains;

/// <summary>The content of one file, piece by piece. Its key is <c>tenant/file id</c>. Whether it is a file says the catalog.</summary>
[Alias("orleansai.grains.file")]
public interface IFileGrain : IGrainWithStringKey
{
    /// <summary>Adds a piece and returns once it is durable. Adding one again that is there already changes nothing.</summary>
    [Alias("append")]
    Task Append(int index, FileChunk chunk);

    /// <summary>Reads a piece.</summary>
    [Alias("read")]
    Task<FileChunk> Read(int index);

    /// <summary>Destroys the content, for ever.</summary>
    [Alias("erase")]
    Task Erase();
}
