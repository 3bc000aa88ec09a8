using OrleansAi.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Files;
using OrleansAi.Grains.Files;
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

    public Task<byte[]> ReadAsync(string tenant, FileView file) => FileContents.ReadAsync(grains, tenant, file);
}
