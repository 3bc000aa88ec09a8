using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Files;
using OrleansAi.Contracts.Ids;
using OrleansAi.Journal;

namespace OrleansAi.Files;

/// <summary>
/// The content of one file: a stream of the journal with one record for each piece, sealed under the file's own key. It is a file
/// only when the catalog says so: an upload that breaks off leaves pieces that nobody can ask for. Not safe for several threads;
/// a grain owns it.
/// </summary>
/// <param name="journal">The journal.</param>
/// <param name="ids">Makes record ids.</param>
/// <param name="time">The clock.</param>
/// <param name="stream">The file's stream, <see cref="StreamNames.File"/>.</param>
public sealed class FileContent(IJournal journal, IdSource ids, TimeProvider time, string stream)
{
    private readonly FileJournal _journal = new(journal, ids, time, stream);
    private readonly string _id = StreamNames.Parse(stream).Conversation;
    private List<ChunkBody>? _chunks;
    private FileSeal? _seal;
    private bool _isErased;
    private long _position;

    /// <summary>Adds a piece. Adding one again that is there already changes nothing.</summary>
    /// <param name="index">Its number, from 0 without gaps.</param>
    /// <param name="chunk">The piece.</param>
    /// <param name="mostBytes">The most bytes that the file may have.</param>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.FileTooLarge"/>, <see cref="ErrorCodes.FileNotFound"/> when the upload was given up,
    /// <see cref="ErrorCodes.VersionConflict"/>, <see cref="ErrorCodes.StorageUnavailable"/>.
    /// </exception>
    public async Task AppendAsync(int index, FileChunk chunk, long mostBytes)
    {
        var chunks = await LoadAsync();
        if (_isErased)
        {
            throw FileErrors.NotFound(_id);
        }

        if (chunk.Bytes.Length is 0 or > FileChunk.MostBytes || index < 0 || index > chunks.Count
            || (index == chunks.Count && index > 0 && chunks[^1].Bytes != FileChunk.MostBytes))
        {
            throw new OrleansAiException(
                ErrorCodes.InvalidRequest, $"Piece {index} of {chunk.Bytes.Length} bytes does not follow on the {chunks.Count} pieces before.");
        }

        var seal = _seal ?? FileSeal.New();
        var bytes = seal.Seal(stream, index, chunk.Bytes);
        var stored = new Content(ContentHash.Of(bytes), bytes);
        var body = new ChunkBody { Hash = stored.Hash.ToString(), Bytes = chunk.Bytes.Length };
        if (index < chunks.Count)
        {
            if (chunks[index].Hash != body.Hash)
            {
                throw new OrleansAiException(ErrorCodes.InvalidRequest, $"Piece {index} is there already, and is another one.");
            }

            return;
        }

        if (chunks.Sum(static known => (long)known.Bytes) + body.Bytes > mostBytes)
        {
            throw FileErrors.TooLarge(mostBytes);
        }

        await WriteAsync(
            RecordKind.FileChunkStored,
            body,
            FileJsonContext.Default.ChunkBody,
            stored,
            _seal is null ? new KeyChange(seal.ToBytes(), KeyErasure.None) : null);
        _seal = seal;
        chunks.Add(body);
    }

    /// <summary>Reads a piece.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.FileNotFound"/>.</exception>
    public async Task<FileChunk> ReadAsync(int index)
    {
        var chunks = await LoadAsync();
        if (_isErased || _seal is null || index < 0 || index >= chunks.Count)
        {
            throw FileErrors.NotFound(_id);
        }

        var bytes = await _journal.ReadContentAsync(ContentHash.Parse(chunks[index].Hash)) ?? throw FileErrors.NotFound(_id);
        return new FileChunk { Bytes = _seal.Open(stream, index, bytes.Span) };
    }

    /// <summary>
    /// Destroys the key to the content, for ever: in the same transaction as the record that says so. Doing it again changes nothing.
    /// </summary>
    public async Task EraseAsync()
    {
        await LoadAsync();
        if (!_isErased)
        {
            await WriteAsync(
                RecordKind.FileContentErased,
                new FileIdBody { Id = _id },
                FileJsonContext.Default.FileIdBody,
                keys: new KeyChange(ReadOnlyMemory<byte>.Empty, KeyErasure.AtOnce));
            (_isErased, _seal) = (true, null);
        }
    }

    private async Task WriteAsync<T>(RecordKind kind, T body, JsonTypeInfo<T> type, Content? content = null, KeyChange? keys = null)
    {
        try
        {
            await _journal.AppendAsync(_position, kind, body, type, content, keys);
            _position++;
        }
        catch
        {
            // Whatever came of it is read before the next step.
            (_chunks, _seal) = (null, null);
            throw;
        }
    }

    private async Task<List<ChunkBody>> LoadAsync()
    {
        if (_chunks is not null)
        {
            return _chunks;
        }

        var chunks = new List<ChunkBody>();
        (_position, _isErased) = (0, false);
        await foreach (var record in _journal.ReadAfterAsync(0))
        {
            _position = record.Position;
            if (record.Kind == RecordKind.FileContentErased)
            {
                _isErased = true;
            }
            else if (JsonSerializer.Deserialize(record.Body.Span, FileJsonContext.Default.ChunkBody) is { } chunk)
            {
                chunks.Add(chunk);
            }
        }

        _seal = await _journal.ReadKeysAsync() is { Length: > 0 } keys ? FileSeal.Parse(keys) : null;
        return _chunks = chunks;
    }
}
