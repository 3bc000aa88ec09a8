using OrleansAi.Contracts.Ids;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;
using OrleansAi.Tests.Unit.Access;

namespace OrleansAi.Tests.Unit.Engine.Sealing;

/// <summary>A stream in memory whose records are sealed, with its keys.</summary>
internal sealed class SealedJournal
{
    public const string Stream = "local/conv_1";

    private static readonly IdSource Ids = new(TimeProvider.System);
    private readonly MemoryJournal _journal = new();

    /// <summary>The keys; what is set is read from then on.</summary>
    public Keyring Keys { get; set; } = Keyring.New();

    /// <summary>Every content that an append brought.</summary>
    public List<Content> Contents { get; } = [];

    public IReadOnlyList<JournalRecord> Records => _journal.All;

    public IJournal Journal => _journal;

    /// <summary>Seals a body and appends it.</summary>
    public async Task<SealedRecord> AppendAsync(RecordBody body, bool keepsContent = true)
    {
        var (head, id) = (_journal.All.Count, Ids.NewRecordId());
        var stored = RecordSealer.Seal(body, keepsContent ? Keys : Keyring.Destroyed, Stream, head + 1, id);
        Contents.AddRange(stored.Contents);
        await _journal.AppendAsync(
            new JournalAppend(Stream, head, [new NewRecord(id, RecordSerializer.KindOf(body), stored.Body, 1)]) { Contents = stored.Contents },
            CancellationToken.None);
        return stored;
    }

    /// <summary>Reads everything, with the present keys.</summary>
    public async Task<IReadOnlyList<RecordBody>> ReadAsync() => await ReadAsync(_journal.All);

    public async Task<IReadOnlyList<RecordBody>> ReadAsync(IReadOnlyList<JournalRecord> records) =>
    [
        .. (await new RecordReader(_journal, _ => Keys).ResolveAsync(Stream, records, CancellationToken.None))
            .Select(static record => record.Body),
    ];
}
