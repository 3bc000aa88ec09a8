using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Files;
using OrleansAi.Contracts.Ids;
using OrleansAi.Files;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Files;

/// <summary>The owner of one file's content.</summary>
internal sealed class FileGrain(
    IJournal journal, IdSource ids, TimeProvider time, IOptions<FileLimits> limits, ChunkWrites writes, IGrainContext context)
    : Grain, IFileGrain
{
    private readonly FileContent _content = new(journal, ids, time, context.GrainId.Key.ToString()!);

    public async Task Append(int index, FileChunk chunk)
    {
        using var place = await writes.EnterAsync();
        await _content.AppendAsync(index, chunk, limits.Value.MaxFileBytes);
    }

    public Task<FileChunk> Read(int index) => _content.ReadAsync(index);

    public Task Erase() => _content.EraseAsync();
}
