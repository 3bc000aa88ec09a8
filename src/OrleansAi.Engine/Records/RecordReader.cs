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
        var read = new ReadRecord[records.Count];
        Dictionary<ContentHash, List<StoredText>>? wanted = null;
        for (var i = 0; i < records.Count; i++)
        {
            var body = RecordSerializer.Deserialize(records[i]);
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
}
