using OrleansAi.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Files;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Collections;

/// <summary>Files as the grains have them.</summary>
internal sealed class GrainDocumentFiles(IGrainFactory grains) : IDocumentFiles
{
    public async Task<FileView> FindAsync(string tenant, string id)
    {
        try
        {
            return await grains.GetGrain<IFileCatalogGrain>(tenant).Get(id);
        }
        catch (OrleansAiException exception) when (exception.Code == ErrorCodes.FileNotFound)
        {
            throw new OrleansAiException(exception.Code, exception.Message) { Param = "file_id" };
        }
    }

    public async Task<byte[]> ReadAsync(string tenant, FileView file)
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
