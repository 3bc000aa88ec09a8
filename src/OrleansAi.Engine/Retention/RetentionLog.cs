using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansAi.Contracts.Ids;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Retention;

/// <summary>
/// How far retention has gone over a tenant's runs: a stream with a record for each pass that did something. Who reads it may begin behind the
/// last run that is named; what a crash kept from being named is looked at again, which changes nothing.
/// </summary>
/// <param name="journal">The journal.</param>
/// <param name="ids">Makes the ids of records.</param>
/// <param name="tenant">The tenant.</param>
public sealed partial class RetentionLog(IJournal journal, IdSource ids, string tenant)
{
    private readonly string _stream = StreamNames.Retention(tenant);
    private long _position;

    /// <summary>The last note; null when there is none.</summary>
    public async Task<RetentionNote?> ReadAsync(CancellationToken cancellationToken)
    {
        var newest = await journal.ReadBackwardAsync(_stream, long.MaxValue, 1, [], cancellationToken);
        if (newest.Count == 0)
        {
            _position = 0;
            return null;
        }

        _position = newest[0].Position;
        return JsonSerializer.Deserialize(newest[0].Body.Span, NoteContext.Default.RetentionNote)
            ?? throw new InvalidDataException($"Record {_position} of {_stream} is empty.");
    }

    /// <summary>Writes a note.</summary>
    /// <returns>False when somebody else wrote: read again.</returns>
    public async Task<bool> WriteAsync(RetentionNote note, CancellationToken cancellationToken)
    {
        var record = new NewRecord(
            ids.NewRecordId(), RecordKind.RetentionPassed, JsonSerializer.SerializeToUtf8Bytes(note, NoteContext.Default.RetentionNote), note.At);
        var outcome = await journal.AppendAsync(new JournalAppend(_stream, _position, [record]), cancellationToken);
        if (outcome.Status != AppendStatus.Committed)
        {
            return false;
        }

        _position++;
        return true;
    }

    [JsonSourceGenerationOptions(
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(RetentionNote))]
    internal sealed partial class NoteContext : JsonSerializerContext;
}

/// <summary>What a pass has done.</summary>
public sealed record RetentionNote
{
    /// <summary>When, Unix milliseconds.</summary>
    public long At { get; init; }

    /// <summary>The silo that did so.</summary>
    public string? Silo { get; init; }

    /// <summary>Of every run up to this one nothing is left to do; null for none.</summary>
    public string? UpTo { get; init; }

    /// <summary>How many runs' content it let go.</summary>
    public int Runs { get; init; }

    /// <summary>How many bytes of content that was, as it was stored.</summary>
    public long Bytes { get; init; }
}
