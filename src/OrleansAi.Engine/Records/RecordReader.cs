using System.Runtime.CompilerServices;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Records;

/// <summary>A record with its body read and its references resolved.</summary>
/// <param name="Position">The record's place in its stream.</param>
/// <param name="At">When it was made, Unix milliseconds.</param>
/// <param name="Body">What it says.</param>
public readonly record struct ReadRecord(long Position, long At, RecordBody Body);

/// <summary>Reads records together with their content. What was destroyed reads as destroyed.</summary>
/// <param name="journal">The journal.</param>
/// <param name="known">Gives the keys of a stream whose owner has them in memory; null for any other.</param>
public sealed class RecordReader(IJournalReader journal, Func<string, Keyring?>? known = null)
{
    /// <summary>The keys of a stream, or null when it has none yet.</summary>
    public async Task<Keyring?> KeysAsync(string stream, CancellationToken cancellationToken) =>
        await journal.ReadKeysAsync(stream, cancellationToken) is { } keys ? Keyring.Parse(keys) : null;

    /// <summary>
    /// Reads the bodies of records and, in one query each, the keys that they need and every content they refer to.
    /// </summary>
    /// <exception cref="InvalidDataException">A record or a content that it refers to cannot be read.</exception>
    public async Task<IReadOnlyList<ReadRecord>> ResolveAsync(
        string stream, IReadOnlyList<JournalRecord> records, CancellationToken cancellationToken)
    {
        var read = await OpenAsync(stream, records, cancellationToken);
        await ResolveAsync(stream, read.Select(static record => record.Body), cancellationToken);
        return read;
    }

    /// <summary>The same with the keys as they were after the records were read.</summary>
    /// <exception cref="InvalidDataException">A record or a content that it refers to cannot be read.</exception>
    public async Task<IReadOnlyList<ReadRecord>> ResolveAsync(
        string stream, IReadOnlyList<JournalRecord> records, Keyring? keys, CancellationToken cancellationToken)
    {
        var read = Open(stream, records, keys);
        await ResolveAsync(stream, read.Select(static record => record.Body), cancellationToken);
        return read;
    }

    /// <summary>The same in groups: no more than so many bytes of contents are in memory at once, or those of one record.</summary>
    /// <exception cref="InvalidDataException">A record or a content that it refers to cannot be read.</exception>
    public async IAsyncEnumerable<IReadOnlyList<ReadRecord>> ResolveInGroupsAsync(
        string stream,
        IReadOnlyList<JournalRecord> records,
        Keyring? keys,
        long mostBytes,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var group = new List<ReadRecord>();
        var bytes = 0L;
        foreach (var record in records)
        {
            var read = new ReadRecord(record.Position, record.At, Open(stream, record, keys));
            var size = SizeOf(read.Body);
            if (group.Count > 0 && bytes + size > mostBytes)
            {
                await ResolveAsync(stream, group.Select(static one => one.Body), cancellationToken);
                yield return group;
                (group, bytes) = ([], 0);
            }

            group.Add(read);
            bytes += size;
        }

        if (group.Count > 0)
        {
            await ResolveAsync(stream, group.Select(static one => one.Body), cancellationToken);
            yield return group;
        }
    }

    /// <summary>What anybody may know of records: neither sealed content nor the contents that they refer to.</summary>
    public static IReadOnlyList<ReadRecord> Read(IReadOnlyList<JournalRecord> records) =>
        [.. records.Select(static record => new ReadRecord(record.Position, record.At, RecordSerializer.Deserialize(record)))];

    /// <summary>The bodies of records, without the contents that they refer to.</summary>
    /// <exception cref="InvalidDataException">A record cannot be read.</exception>
    public async Task<IReadOnlyList<ReadRecord>> OpenAsync(
        string stream, IReadOnlyList<JournalRecord> records, CancellationToken cancellationToken)
    {
        var keys = known?.Invoke(stream);
        if (keys is null && records.Any(static record => SealedForm.HasUnits(record.Body.Span)))
        {
            // Only after the records: what they were sealed with is there by then.
            keys = await KeysAsync(stream, cancellationToken);
        }

        return Open(stream, records, keys);
    }

    /// <summary>How many bytes the texts of a record have, those that it refers to included.</summary>
    public static long SizeOf(RecordBody body) => body.Texts().Sum(static text => (long)text.Size);

    /// <summary>Reads, in one query, every content that records refer to and that is not read yet.</summary>
    /// <exception cref="InvalidDataException">A content cannot be read.</exception>
    public Task ResolveAsync(string stream, IEnumerable<RecordBody> bodies, CancellationToken cancellationToken) =>
        ResolveAsync(stream, bodies.SelectMany(static body => body.Texts()), cancellationToken);

    /// <summary>The same for some texts of records alone.</summary>
    /// <exception cref="InvalidDataException">A content cannot be read.</exception>
    public async Task ResolveAsync(string stream, IEnumerable<StoredText> some, CancellationToken cancellationToken)
    {
        Dictionary<ContentHash, List<StoredText>>? wanted = null;
        foreach (var text in some.Where(static text => text.IsUnresolved))
        {
            wanted ??= [];
            var hash = ContentHash.Parse(text.Hash!);
            if (!wanted.TryGetValue(hash, out var texts))
            {
                wanted[hash] = texts = [];
            }

            texts.Add(text);
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

    private static ReadRecord[] Open(string stream, IReadOnlyList<JournalRecord> records, Keyring? keys) =>
        [.. records.Select(record => new ReadRecord(record.Position, record.At, Open(stream, record, keys)))];

    internal static RecordBody Open(string stream, JournalRecord record, Keyring? keys)
    {
        var body = RecordSerializer.Deserialize(record);
        if (SealedForm.Split(record.Body).Units is not { } units)
        {
            return body;
        }

        // A record of which nothing was kept needs no keys to say so.
        return body.Open(new UnitReader(
            keys ?? (units.Count == 0 ? Keyring.Destroyed : throw new InvalidDataException($"The keys of {stream} are missing.")),
            stream,
            record,
            units));
    }
}
