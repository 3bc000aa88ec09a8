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
        var keys = known?.Invoke(stream);
        if (keys is null && records.Any(static record => SealedForm.HasUnits(record.Body.Span)))
        {
            // Only after the records: what they were sealed with is there by then.
            keys = await KeysAsync(stream, cancellationToken);
        }

        return await ResolveAsync(stream, records, keys, cancellationToken);
    }

    /// <summary>The same with the keys as they were after the records were read.</summary>
    /// <exception cref="InvalidDataException">A record or a content that it refers to cannot be read.</exception>
    public async Task<IReadOnlyList<ReadRecord>> ResolveAsync(
        string stream, IReadOnlyList<JournalRecord> records, Keyring? keys, CancellationToken cancellationToken)
    {
        var read = new ReadRecord[records.Count];
        Dictionary<ContentHash, List<StoredText>>? wanted = null;
        for (var i = 0; i < records.Count; i++)
        {
            var body = Open(stream, records[i], keys);
            read[i] = new ReadRecord(records[i].Position, records[i].At, body);
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

        return read;
    }

    private static RecordBody Open(string stream, JournalRecord record, Keyring? keys)
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
