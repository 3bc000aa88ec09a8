using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Files;

namespace OrleansAi.Client.Files;

/// <summary>An upload under way. Holds one piece of the file in memory, whatever the file's length. Not for several threads.</summary>
public sealed class FileUpload : IAsyncDisposable
{
    private readonly FileClient _files;
    private byte[] _piece = [];
    private int _filled;
    private int _index;
    private bool _isPublished;

    internal FileUpload(FileClient files, string id) => (_files, Id) = (files, id);

    /// <summary>The id that the file will have.</summary>
    public string Id { get; }

    /// <summary>How many bytes were written.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds all of a stream to the content; what it returns for is durable but for the last piece.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.FileTooLarge"/>.</exception>
    public async Task WriteAsync(Stream content, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_filled == _piece.Length)
            {
                await GrowAsync(cancellationToken);
            }

            var read = await content.ReadAsync(_piece.AsMemory(_filled), cancellationToken);
            if (read == 0)
            {
                return;
            }

            _filled += read;
            Bytes += read;
        }
    }

    /// <summary>Makes the content a file.</summary>
    public async Task<FileView> CompleteAsync(NewFile file, CancellationToken cancellationToken = default)
    {
        await SendAsync(cancellationToken);
        var view = await _files.PublishAsync(Id, file, Bytes, cancellationToken);
        _isPublished = true;
        return view;
    }

    /// <summary>Gives the upload up, unless it is a file by now.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isPublished)
        {
            return;
        }

        _isPublished = true;
        try
        {
            await _files.DeleteAsync(Id);
        }
        catch (OrleansAiException)
        {
            // What cannot be told now is found after an hour by the catalog's own sweep.
        }
    }

    // Small files are the most: they need not take a whole piece of memory.
    private async Task GrowAsync(CancellationToken cancellationToken)
    {
        if (_piece.Length == FileChunk.MostBytes)
        {
            await SendAsync(cancellationToken);
            _piece = new byte[FileChunk.MostBytes];
        }
        else
        {
            Array.Resize(ref _piece, Math.Min(FileChunk.MostBytes, Math.Max(16 << 10, _piece.Length * 4)));
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        if (_filled > 0)
        {
            // The piece is not written to again: a grain in this process gets the very array.
            var bytes = _filled == _piece.Length ? _piece : _piece[.._filled];
            await _files.AppendAsync(Id, _index, new FileChunk { Bytes = bytes }, cancellationToken);
            (_piece, _filled) = ([], 0);
            _index++;
        }
    }
}
