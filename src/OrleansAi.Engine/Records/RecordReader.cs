using System.Runtime.CompilerServices;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Records;

/// <summary>A record with its body read and its references resolved.</summary>
/// <param name="Position">The record's place in its stream.</param>
/// <param name="At">When it was made, Unix milliseconds.</param>
/// <param name="Body">What it says.</param>
public readonly record struct ReadRecord(long Position, long At, RecordBody Body);

/// <summary>Reads records together with the contents that they refer to.</summary>
public static class RecordReader
{
    /// <summary>Reads the bodies of records and, in one query, every content they refer to.</summary>
    /// <exception cref="InvalidDataException">A record or a content that it refers to cannot be read.</exception>
    public static async Task<IReadOnlyList<ReadRecord>> ResolveAsync(
        IJournalReader journal, string stream, IReadOnlyList<JournalRecord> records, CancellationToken cancellationToken)
    {
        var read = Read(records);
        await ResolveAsync(journal, stream, read.Select(static record => record.Body), cancellationToken);
        return read;
    }

    /// <summary>The same in groups: no more than so many bytes of contents are in memory at once, or those of one record.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<ReadRecord>> ResolveInGroupsAsync(
        IJournalReader journal,
        string stream,
        IReadOnlyList<JournalRecord> records,
        long mostBytes,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var group = new List<ReadRecord>();
        var bytes = 0L;
        foreach (var record in Read(records))
        {
            var size = SizeOf(record.Body);
            if (group.Count > 0 && bytes + size > mostBytes)
            {
                await ResolveAsync(journal, stream, group.Select(static one => one.Body), cancellationToken);
                yield return group;
                (group, bytes) = ([], 0);
            }

            group.Add(record);
            bytes += size;
        }

        if (group.Count > 0)
        {
            await ResolveAsync(journal, stream, group.Select(static one => one.Body), cancellationToken);
            yield return group;
        }
    }

    /// <summary>The bodies of records, without the contents that they refer to.</summary>
    public static IReadOnlyList<ReadRecord> Read(IReadOnlyList<JournalRecord> records) =>
        [.. records.Select(static record => new ReadRecord(record.Position, record.At, RecordSerializer.Deserialize(record)))];

    /// <summary>How many bytes the texts of a record have, those that it refers to included.</summary>
    public static long SizeOf(RecordBody body) => body.Texts().Sum(static text => (long)text.Size);

    /// <summary>Reads, in one query, every content that records refer to and that is not read yet.</summary>
    /// <exception cref="InvalidDataException">A content cannot be read.</exception>
    public static async Task ResolveAsync(
        IJournalReader journal, string stream, IEnumerable<RecordBody> bodies, CancellationToken cancellationToken)
    {
        Dictionary<ContentHash, List<StoredText>>? wanted = null;
        foreach (var body in bodies)
        {
            foreach (var text in body.Texts().Where(static text => text.IsUnresolved))
            {
                wanted ??= [];
                var hash = ContentHash.Parse(text.Hash!);
                if (!wanted.TryGetValue(hash, out var texts))
                {
                    wanted[hash] = texts = [];
                }

                texts.Add(text);
            }
        }

        if (wanted is not null)
        {
            var contents = await journal.ReadContentsAsync(stream, wanted.Keys, cancellationToken);
            foreach (var (hash, texts) in wanted)
            {
                if (!contents.TryGetValue(hash, out var content))
                {
                    throw new InvalidDataException($"The content {hash} of {stream} is missing.");
                }

                texts.ForEach(text => text.Resolve(content.Span));
            }
        }
    }
}
