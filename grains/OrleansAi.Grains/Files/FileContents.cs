using OrleansAi.Contracts.Files;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Files;

/// <summary>Reads what a file holds.</summary>
internal static class FileContents
{
    /// <summary>All bytes of a file, chunk by chunk from its owner.</summary>
    public static async Task<byte[]> ReadAsync(IGrainFactory grains, string tenant, FileView file)
    {
        var content = grains.GetGrain<IFileGrain>(StreamNames.File(tenant, file.Id));
        var bytes = new byte[file.Bytes];
        var at = 0;
        for (var i = 0; i < FileChunk.CountOf(file.Bytes); i++)
        {
            var chunk = (await content.Read(i)).Bytes;
            chunk.CopyTo(bytes, at);
            at += chunk.Length;
        }

        return bytes;
    }
}
