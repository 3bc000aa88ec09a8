using System.Runtime.CompilerServices;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Files;
using OrleansAi.Contracts.Ids;
using OrleansAi.Grains;

namespace OrleansAi.Client.Files;

/// <summary>Calls about the files of one tenant. Errors are <see cref="OrleansAiException"/>.</summary>
public sealed class FileClient
{
    private readonly OrleansAiClient _client;
    private readonly IGrainFactory _grains;
    private readonly IdSource _ids;
    private readonly string _tenant;

    internal FileClient(OrleansAiClient client, IGrainFactory grains, IdSource ids, string tenant)
    {
        (_client, _grains, _ids, _tenant) = (client, grains, ids, tenant);
    }

    /// <summary>
    /// Begins an upload. It becomes a file with <see cref="FileUpload.CompleteAsync"/>; disposed before, nothing is left of it.
    /// </summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.TooManyFiles"/>.</exception>
    public async Task<FileUpload> BeginUploadAsync(CancellationToken cancellationToken = default)
    {
        var id = _ids.New(IdPrefixes.File);
        await CallAsync(() => Catalog().Begin(id), cancellationToken);
        return new FileUpload(this, id);
    }

    /// <summary>Uploads a file: its content is read to its end, piece by piece.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.TooManyFiles"/>, <see cref="ErrorCodes.FileTooLarge"/>.</exception>
    public async Task<FileView> UploadAsync(NewFile file, Stream content, CancellationToken cancellationToken = default)
    {
        await using var upload = await BeginUploadAsync(cancellationToken);
        await upload.WriteAsync(content, cancellationToken);
        return await upload.CompleteAsync(file, cancellationToken);
    }

    /// <summary>A file.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.FileNotFound"/>.</exception>
    public Task<FileView> GetAsync(string id, CancellationToken cancellationToken = default) =>
        _client.CallAsync(() => Catalog().Get(Known(id)), mayRepeat: true, cancellationToken);

    /// <summary>A page of files.</summary>
    public Task<FilePage> ListAsync(FileQuery query, CancellationToken cancellationToken = default) =>
        _client.CallAsync(() => Catalog().List(query), mayRepeat: true, cancellationToken);

    /// <summary>The content of a file, piece by piece.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.FileNotFound"/>, also in the middle, when it is deleted meanwhile.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        FileView file, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < FileChunk.CountOf(file.Bytes); i++)
        {
            var index = i;
            yield return (await _client.CallAsync(() => Content(file.Id).Read(index), mayRepeat: true, cancellationToken)).Bytes;
        }
    }

    /// <summary>Deletes a file and returns once its content is destroyed.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.FileNotFound"/>.</exception>
    public Task DeleteAsync(string id, CancellationToken cancellationToken = default) =>
        CallAsync(() => Catalog().Delete(Known(id)), cancellationToken);

    internal Task AppendAsync(string id, int index, FileChunk chunk, CancellationToken cancellationToken) =>
        CallAsync(() => Content(id).Append(index, chunk), cancellationToken);

    internal Task<FileView> PublishAsync(string id, NewFile file, long bytes, CancellationToken cancellationToken) =>
        _client.CallAsync(() => Catalog().Publish(id, file, bytes), mayRepeat: true, cancellationToken);

    // What these calls do can be done again without harm, so a lost one is repeated.
    private Task CallAsync(Func<Task> call, CancellationToken cancellationToken) => _client.CallAsync(
        async () =>
        {
            await call();
            return true;
        },
        mayRepeat: true,
        cancellationToken);

    private static string Known(string id) =>
        id.Length <= 64 && IdText.IsPossible(id) && id.StartsWith(IdPrefixes.File, StringComparison.Ordinal)
            ? id
            : throw new OrleansAiException(ErrorCodes.FileNotFound, $"There is no file '{(id.Length <= 64 ? id : id[..64])}'.");

    private IFileCatalogGrain Catalog() => _grains.GetGrain<IFileCatalogGrain>(_tenant);

    private IFileGrain Content(string id) => _grains.GetGrain<IFileGrain>($"{_tenant}/{id}");
}
