using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Files;

namespace OrleansAi.Collections;

/// <summary>The way to the files that documents are made of.</summary>
public interface IDocumentFiles
{
    /// <summary>A file of a tenant.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.FileNotFound"/>.</exception>
    Task<FileView> FindAsync(string tenant, string id);

    /// <summary>The content of a file.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.FileNotFound"/>.</exception>
    Task<byte[]> ReadAsync(string tenant, FileView file);
}
