using System.Text.Json;
using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Journal;

namespace OrleansAi.Access.Audit;

/// <summary>
/// The management calls of one tenant: a stream of the journal, which can be added to and nothing else. Any number of
/// processes may write it.
/// </summary>
public sealed class AuditLog(IJournal journal, IdSource ids, string tenant)
{
    private const int MostReloads = 20;
    private readonly string _stream = StreamNames.Audit(tenant);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private long? _head;

    /// <summary>Writes an entry and returns once it is durable.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.StorageUnavailable"/>, <see cref="ErrorCodes.VersionConflict"/>; nothing was written.
    /// </exception>
    public async Task AppendAsync(AuditEntry entry)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(AuditBody.Of(entry), AuditJsonContext.Default.AuditBody);
        var record = new NewRecord(ids.NewRecordId(), RecordKind.ManagementCalled, body, entry.At);
        await _gate.WaitAsync();
        try
        {
            for (var reloads = 0; reloads < MostReloads; reloads++)
            {
                var head = _head ?? await ReadHeadAsync();
                _head = null;
                var outcome = await JournalCalls.AppendAsync(journal, new JournalAppend(_stream, head, [record]));
                if (outcome.Status == AppendStatus.Committed)
                {
                    _head = head + 1;
                    return;
                }
            }
        }
        finally
        {
            _gate.Release();
        }

        throw new OrleansAiException(
            ErrorCodes.VersionConflict, $"The audit log was written by somebody else {MostReloads} times in a row; try again.")
        {
            IsTransient = true,
        };
    }

    /// <summary>A page of entries, newest first.</summary>
    public async Task<AuditPage> ListAsync(AuditQuery query)
    {
        var records = await JournalCalls.ReadBackwardAsync(journal, _stream, query.After ?? long.MaxValue, query.Limit + 1);
        return new AuditPage
        {
            HasMore = records.Count > query.Limit,
            Entries =
            [
                .. records.Take(query.Limit).Select(static record =>
                    JsonSerializer.Deserialize(record.Body.Span, AuditJsonContext.Default.AuditBody)!.ToEntry(record)),
            ],
        };
    }

    private async Task<long> ReadHeadAsync()
    {
        var newest = await JournalCalls.ReadBackwardAsync(journal, _stream, long.MaxValue, 1);
        return newest.Count == 0 ? 0 : newest[0].Position;
    }
}
