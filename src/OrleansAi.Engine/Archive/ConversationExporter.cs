using System.Text.Json;
using OrleansAi.Contracts.Conversations;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Archive;

/// <summary>
/// Writes a conversation, and before it those that it shares its past with, as the lines of an archive. Content whose key is destroyed is
/// named as destroyed. Reads page by page.
/// </summary>
/// <param name="journal">The journal.</param>
public sealed class ConversationExporter(IJournalReader journal)
{
    private const int RecordsOfPage = 50;
    private const long MostPageCharacters = 8 << 20;
    private const int MostAncestors = 100;
    private static readonly RecordKind[] Deletion = [RecordKind.ConversationDeleted];

    /// <summary>A page.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="conversation">The conversation.</param>
    /// <param name="place">Where the page before has ended; the default for the first.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ConversationNotFound"/>, <see cref="ErrorCodes.RunNotEnded"/>.</exception>
    public async Task<ArchivePage> ReadAsync(string tenant, string conversation, ArchivePlace place, CancellationToken cancellationToken)
    {
        var all = await LineageAsync(tenant, conversation, cancellationToken);
        var (id, stream) = (all[place.Conversation], StreamNames.Conversation(tenant, all[place.Conversation]));
        var lines = new List<string>();
        if (place is { Conversation: 0, After: 0 })
        {
            lines.Add(Head(conversation, all));
        }

        var until = place.Until > 0 ? place.Until : await HeadAsync(tenant, id, cancellationToken);
        var page = await journal.ReadForwardAsync(stream, place.After, RecordsOfPage, [], cancellationToken);
        var keys = await new RecordReader(journal).KeysAsync(stream, cancellationToken);
        var (last, characters) = (place.After, 0L);
        foreach (var record in page.TakeWhile(record => record.Position <= until))
        {
            if (characters > MostPageCharacters)
            {
                break;
            }

            var from = lines.Count;
            await AddAsync(lines, tenant, id, record, keys, cancellationToken);
            characters += lines.Skip(from).Sum(static line => (long)line.Length);
            last = record.Position;
        }

        return new ArchivePage
        {
            Lines = lines,
            Next = last < until ? new ArchivePlace { Conversation = place.Conversation, After = last, Until = until }
                : place.Conversation + 1 < all.Count ? new ArchivePlace { Conversation = place.Conversation + 1 }
                : null,
        };
    }

    /// <summary>The lines of the records of a stream that there is already; none for one that there is not.</summary>
    internal async Task<IReadOnlyList<string>> RecordLinesAsync(string tenant, string conversation, CancellationToken cancellationToken)
    {
        var stream = StreamNames.Conversation(tenant, conversation);
        var lines = new List<string>();
        long next = 0;
        while (true)
        {
            var page = await journal.ReadForwardAsync(stream, next, RecordsOfPage, [], cancellationToken);
            var keys = await new RecordReader(journal).KeysAsync(stream, cancellationToken);
            lines.AddRange(page.Select(record => RecordLine(conversation, stream, record, keys, new HashSet<ContentHash>())));
            if (page.Count < RecordsOfPage)
            {
                return lines;
            }

            next = page[^1].Position;
        }
    }

    private static string Head(string conversation, IReadOnlyList<string> all) => ArchiveFormat.Line(json =>
    {
        json.WriteString("type", "archive");
        json.WriteString("format", ArchiveFormat.Name);
        json.WriteNumber("version", ArchiveFormat.Version);
        json.WriteString("conversation", conversation);
        json.WriteStartArray("conversations");
        foreach (var id in all)
        {
            json.WriteStringValue(id);
        }

        json.WriteEndArray();
    });

    // The conversation last, before it the one that it shares its past with, and so on: what is imported first needs nothing behind it.
    private async Task<IReadOnlyList<string>> LineageAsync(string tenant, string conversation, CancellationToken cancellationToken)
    {
        var all = new List<string>();
        for (var next = conversation; next is not null;)
        {
            var first = await journal.ReadAtAsync(StreamNames.Conversation(tenant, next), [1], cancellationToken);
            if (first.Count == 0)
            {
                throw NotFound(next);
            }

            all.Insert(0, next);
            if (all.Count > MostAncestors)
            {
                throw new OrleansAiException(
                    ErrorCodes.RequestTooLarge, $"'{conversation}' shares its past with more than {MostAncestors} others; they cannot be exported together.");
            }

            next = first[0].Kind == RecordKind.RunAdmitted && RecordSerializer.Deserialize(first[0]) is RunAdmittedBody { Fork: { } fork }
                ? fork.ConversationId
                : null;
        }

        return all;
    }

    private async Task<long> HeadAsync(string tenant, string conversation, CancellationToken cancellationToken)
    {
        var stream = StreamNames.Conversation(tenant, conversation);
        var head = await journal.ReadBackwardAsync(stream, long.MaxValue, 1, [], cancellationToken);
        if (head.Count == 0 || (await journal.ReadBackwardAsync(stream, long.MaxValue, 1, Deletion, cancellationToken)).Count > 0)
        {
            throw NotFound(conversation);
        }

        var open = await journal.SearchRunsAsync(
            tenant, new RunQuery { Conversation = conversation, Status = RunStatus.InProgress, Limit = 1 }, cancellationToken);
        return open.Count == 0 ? head[0].Position : throw new OrleansAiException(
            ErrorCodes.RunNotEnded, $"The run '{open[0].RunId}' of '{conversation}' has not ended; export when it has, or cancel it.");
    }

    private async Task AddAsync(
        List<string> lines, string tenant, string conversation, JournalRecord record, Keyring? keys, CancellationToken cancellationToken)
    {
        var stream = StreamNames.Conversation(tenant, conversation);
        var wanted = new HashSet<ContentHash>();
        var line = RecordLine(conversation, stream, record, keys, wanted);
        var contents = wanted.Count == 0 ? null : await journal.ReadContentsAsync(stream, wanted, cancellationToken);
        foreach (var (hash, bytes) in contents ?? new Dictionary<ContentHash, ReadOnlyMemory<byte>>())
        {
            lines.Add(ArchiveFormat.Line(json =>
            {
                json.WriteString("type", "blob");
                json.WriteString("conversation", conversation);
                json.WriteString("hash", hash.ToString());
                json.WriteBase64String("data", bytes.Span);
            }));
        }

        lines.Add(line);
        if (record.Kind == RecordKind.RunEnded && RecordSerializer.Deserialize(record) is RunEndedBody ended
            && await journal.FindRunAsync(tenant, ended.RunId, cancellationToken) is { Listing: { } listing })
        {
            lines.Add(ArchiveFormat.Line(json =>
            {
                json.WriteString("type", "listing");
                json.WriteString("conversation", conversation);
                json.WriteString("run", ended.RunId);
                json.WriteString("listing", listing);
            }));
        }
    }

    private static string RecordLine(string conversation, string stream, JournalRecord record, Keyring? keys, HashSet<ContentHash> references)
    {
        var (body, units) = SealedForm.Split(record.Body);
        Find(body, references);
        return ArchiveFormat.Line(json =>
        {
            json.WriteString("type", "record");
            json.WriteString("conversation", conversation);
            json.WriteNumber("position", record.Position);
            json.WriteString("id", record.RecordId);
            json.WriteNumber("kind", (short)record.Kind);
            json.WriteNumber("at", record.At);
            json.WritePropertyName("body");
            json.WriteRawValue(body.Span);
            if (units is null)
            {
                return;
            }

            json.WriteStartArray("units");
            foreach (var (unit, seal) in units)
            {
                json.WriteStartObject();
                json.WriteNumber("unit", unit);
                WriteContent(json, Open(stream, record, unit, seal, keys), references);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static byte[]? Open(string stream, JournalRecord record, int unit, ReadOnlyMemory<byte> seal, Keyring? keys)
    {
        Span<byte> key = stackalloc byte[KeyTree.SeedBytes];
        return (keys ?? throw new InvalidDataException($"The keys of {stream} are missing.")).TryDerive(record.Position, unit, key)
            ? ContentSeal.OpenUnit(key, stream, record.Position, unit, record.RecordId, seal.Span)
            : null;
    }

    // The usual short unit is a bare text, which is no JSON.
    private static void WriteContent(Utf8JsonWriter json, byte[]? content, HashSet<ContentHash> references)
    {
        if (content is null)
        {
            json.WriteBoolean("destroyed", true);
        }
        else if (content is [(byte)'{', ..])
        {
            Find(content, references);
            json.WritePropertyName("content");
            json.WriteRawValue(content);
        }
        else
        {
            json.WriteBase64String("bytes", content);
        }
    }

    private static void Find(ReadOnlyMemory<byte> json, HashSet<ContentHash> references)
    {
        using var document = JsonDocument.Parse(json);
        ArchiveFormat.FindReferences(document.RootElement, references);
    }

    private static OrleansAiException NotFound(string conversation) =>
        new(ErrorCodes.ConversationNotFound, $"There is no conversation '{conversation}'.");
}
