using OrleansAi.Contracts.Files;

namespace OrleansAi.Grains;

/// <summary>Which files a tenant has; the tenant's id is the key.</summary>
[Alias("orleansai.grains.file-catalog")]
public interface IFileCatalogGrain : IGrainWithStringKey
{
    /// <summary>Makes room for an upload.</summary>
    [Alias("begin")]
    Task Begin(string id);

    /// <summary>Makes the content of an upload a file. Doing it again gives the same file.</summary>
    [Alias("publish")]
    Task<FileView> Publish(string id, NewFile file, long bytes);

    /// <summary>A file.</summary>
    [Alias("get")]
    Task<FileView> Get(string id);

    /// <summary>A page of files.</summary>
    [Alias("list")]
    Task<FilePage> List(FileQuery query);

    /// <summary>Deletes a file, or gives an upload up, and returns once its content is destroyed.</summary>
    [Alias("delete")]
    Task Delete(string id);
}
