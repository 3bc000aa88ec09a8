using System.Text;
using System.Text.Json;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Archive;

/// <summary>A conversation as an archive has it, and how it becomes one append.</summary>
/// <param name="id">The conversation.</param>
internal sealed class ArchivedConversation(string id)
{
    private readonly List<JsonElement> _records = [];
    private readonly Dictionary<ContentHash, byte[]> _blobs = [];
    private readonly Dictionary<string, string> _listings = new(StringComparer.Ordinal);

    public string Id => id;

    /// <summary>The lines of its records as they stand in the archive.</summary>
    public List<string> Lines { get; } = [];

    public int Count => _records.Count;

    public void AddRecord(JsonElement record, string line)
    {
        if (record.GetProperty("position").GetInt64() != _records.Count + 1)
        {
            throw ArchiveFormat.Invalid($"the records of '{id}' are not in order at {_records.Count + 1}.");
        }

        _records.Add(record);
        Lines.Add(line);
    }

    public void AddBlob(JsonElement blob)
    {
        var bytes = blob.GetProperty("data").GetBytesFromBase64();
        var hash = ContentHash.Of(bytes);
        if (hash.ToString() != blob.GetProperty("hash").GetString())
        {
            throw ArchiveFormat.Invalid($"the blob {blob.GetProperty("hash").GetString()} of '{id}' is not what its hash says.");
        }

        _blobs[hash] = bytes;
    }

    public void AddListing(JsonElement line)
    {
        var (run, listing) = (line.GetProperty("run").GetString()!, line.GetProperty("listing").GetString()!);
        _listings[run] = IdText.IsPossible(run) && IdText.IsPossible(listing)
            ? listing
            : throw ArchiveFormat.Invalid($"'{run}' or '{listing}' is no id.");
    }

    /// <summary>The conversation that it shares its past with; null for none.</summary>
    public string? Origin() =>
        (RecordSerializer.Deserialize(Read(_records[0], 1, BodyOf(_records[0]))) as RunAdmittedBody)?.Fork?.ConversationId;

    /// <summary>The one append that writes it whole: sealed anew under new keys, of which those of destroyed content are destroyed.</summary>
    /// <exception cref="InvalidDataException">A record cannot be read.</exception>
    public JournalAppend ToAppend(string tenant)
    {
        var stream = StreamNames.Conversation(tenant, id);
        var all = Keyring.New();
        var (records, destroyed, wanted) = (new List<JournalRecord>(), new List<KeyPath>(), new HashSet<ContentHash>());
        var hasUnits = false;
        foreach (var element in _records)
        {
            var record = Seal(element, stream, records.Count + 1, all, destroyed, wanted);
            hasUnits |= SealedForm.HasUnits(record.Body.Span);
            records.Add(record);
        }

        if (wanted.FirstOrDefault(hash => !_blobs.ContainsKey(hash)) is var missing && wanted.Any(hash => !_blobs.ContainsKey(hash)))
        {
            throw ArchiveFormat.Invalid($"the blob {missing} of '{id}' is not in it.");
        }

        var keys = destroyed.Count == 0 ? all : all.Without(destroyed);
        return new JournalAppend(
            stream, 0, [.. records.Select(static record => new NewRecord(record.RecordId, record.Kind, record.Body, record.At))])
        {
            Contents = [.. wanted.Select(hash => new Content(hash, _blobs[hash]))],
            Runs = Runs(tenant, Open(stream, records, keys)),
            Keys = hasUnits ? new KeyChange(keys.ToBytes(), KeyErasure.None) : null,
        };
    }

    private static JournalRecord Seal(
        JsonElement element, string stream, long position, Keyring keys, List<KeyPath> destroyed, HashSet<ContentHash> wanted)
    {
        var body = element.GetProperty("body");
        ArchiveFormat.FindReferences(body, wanted);
        var sealing = new UnitSealing(keys, stream, position, element.GetProperty("id").GetGuid());
        if (!element.TryGetProperty("units", out var units))
        {
            return Read(element, position, BodyOf(element));
        }

        foreach (var unit in units.EnumerateArray())
        {
            var number = unit.GetProperty("unit").GetInt32();
            if (unit.TryGetProperty("content", out var content))
            {
                ArchiveFormat.FindReferences(content, wanted);
                sealing.Add(number, Encoding.UTF8.GetBytes(content.GetRawText()));
            }
            else if (unit.TryGetProperty("bytes", out var bytes))
            {
                sealing.Add(number, bytes.GetBytesFromBase64());
            }
            else
            {
                sealing.AddDestroyed(number);
                destroyed.Add(KeyPath.OfUnit(position, number));
            }
        }

        return Read(element, position, sealing.Join(BodyOf(element)));
    }

    private static JournalRecord Read(JsonElement element, long position, ReadOnlyMemory<byte> body) => new(
        position, element.GetProperty("id").GetGuid(), (RecordKind)element.GetProperty("kind").GetInt16(), body, element.GetProperty("at").GetInt64());

    private static byte[] BodyOf(JsonElement record) => Encoding.UTF8.GetBytes(record.GetProperty("body").GetRawText());

    // Read as they will be read: what cannot be is refused before anything is written.
    private static List<RecordBody> Open(string stream, List<JournalRecord> records, Keyring keys) => records.ConvertAll(record =>
    {
        var body = RecordSerializer.Deserialize(record);
        return SealedForm.Split(record.Body).Units is { } units ? body.Open(new UnitReader(keys, stream, record, units)) : body;
    });

    private List<RunChange> Runs(string tenant, List<RecordBody> bodies)
    {
        var open = new Dictionary<string, (RunAdmittedBody Body, long Position)>(StringComparer.Ordinal);
        var runs = new List<RunChange>();
        foreach (var (index, body) in bodies.Index())
        {
            switch (body)
            {
                case RunAdmittedBody admitted when IdText.IsPossible(admitted.RunId) && open.TryAdd(admitted.RunId, (admitted, index + 1)):
                    break;
                case RunEndedBody ended when open.Remove(ended.RunId, out var begun) && begun.Position == ended.AdmittedPosition:
                    runs.Add(new RunChange(RunChangeKind.End, new RunEntry
                    {
                        Tenant = tenant,
                        RunId = ended.RunId,
                        Conversation = id,
                        Model = begun.Body.Model,
                        Status = ended.Status,
                        CreatedAt = begun.Body.CreatedAt,
                        EndedAt = ended.EndedAt,
                        AdmittedPosition = begun.Position,
                        EndedPosition = index + 1,
                        ForkedFrom = begun.Body.ForkedFrom?.RunId,
                        Listing = _listings.GetValueOrDefault(ended.RunId),
                    }));
                    break;
                case RunAdmittedBody or RunEndedBody:
                    throw ArchiveFormat.Invalid($"the record {index + 1} of '{id}' begins a run twice, or ends one that had not begun.");
                case ConversationDeletedBody:
                    throw ArchiveFormat.Invalid($"'{id}' was deleted.");
            }
        }

        return open.Count == 0 ? runs : throw ArchiveFormat.Invalid($"the run '{open.Keys.First()}' has not ended in it; export it once more.");
    }
}
