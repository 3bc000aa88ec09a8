using OrleansAi.Engine.Records;
using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;

namespace OrleansAi.Engine.Integrity;

/// <summary>
/// Looks the journal over: the hash chain of each stream and its end, the contents and keys that records witness, the index of
/// runs and the idempotency keys. Reads in pages, holds one page and what is open of one stream; writes nothing, and may run
/// while others write: it sees a moment of the store for as many streams as are read in about a second.
/// </summary>
/// <param name="source">The store.</param>
public sealed class JournalVerifier(IIntegritySource source)
{
    private const int StreamsOfView = 500;
    private const int RecordsOfView = 5_000;
    private const int PageSize = 500;

    /// <summary>Looks it over.</summary>
    /// <param name="scope">What is looked over.</param>
    /// <param name="found">Called for each injury as it is found.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JournalException">The store cannot be read.</exception>
    public async Task<IntegrityReport> VerifyAsync(IntegrityScope scope, Action<Injury> found, CancellationToken cancellationToken)
    {
        var report = new IntegrityReport();
        if (scope.Stream is { } one)
        {
            await using var view = await source.OpenAsync(cancellationToken);
            await new StreamCheck(view, one, report, Count).RunAsync(cancellationToken);
        }
        else
        {
            var start = scope.Tenant is { } tenant ? tenant + "/" : "";
            for (string? after = start; after is not null;)
            {
                after = await VerifySomeAsync(after, scope, report, Count, cancellationToken);
            }
        }

        await VerifyOpenRunsAsync(scope, Count, cancellationToken);
        return report;

        void Count(Injury injury)
        {
            report.Injuries++;
            found(injury);
        }
    }

    private async Task<string?> VerifySomeAsync(
        string after, IntegrityScope scope, IntegrityReport report, Action<Injury> found, CancellationToken cancellationToken)
    {
        await using var view = await source.OpenAsync(cancellationToken);
        var records = report.Records;
        for (var streams = 0; streams < StreamsOfView && report.Records - records < RecordsOfView; streams++)
        {
            if (await view.NextStreamAsync(after, cancellationToken) is not { } next || !scope.Has(next))
            {
                return null;
            }

            await new StreamCheck(view, next, report, found).RunAsync(cancellationToken);
            after = next;
        }

        return after;
    }

    // What a stream says of its open runs is checked with it. Here it is the other way round: lines that no stream knows of.
    private async Task VerifyOpenRunsAsync(IntegrityScope scope, Action<Injury> found, CancellationToken cancellationToken)
    {
        var (key, tenant) = ("", "");
        IReadOnlyList<RunRow> page;
        do
        {
            await using var view = await source.OpenAsync(cancellationToken);
            page = await view.ListOpenRunsAsync(key, tenant, PageSize, cancellationToken);
            foreach (var row in page)
            {
                (key, tenant) = (row.Key, row.Tenant);
                if (scope.Has(row.Stream))
                {
                    await VerifyAsync(view, row, found, cancellationToken);
                }
            }
        }
        while (page.Count == PageSize);
    }

    private static async Task VerifyAsync(IIntegrityView view, RunRow row, Action<Injury> found, CancellationToken cancellationToken)
    {
        var records = row.AdmittedPosition > 0
            ? await view.ReadRecordsAsync(row.Stream, row.AdmittedPosition - 1, 1, cancellationToken)
            : [];
        if (records.Count == 0)
        {
            found(new Injury(
                row.Stream, row.AdmittedPosition, InjuryKind.Truncated, "journal_records",
                $"The open run {row.RunId} was admitted here by the index; the stream ends before."));
        }
        else if (records[0].Position == row.AdmittedPosition && !IsAdmission(records[0], row.RunId))
        {
            found(new Injury(
                row.Stream, row.AdmittedPosition, InjuryKind.UnknownReference, "open_runs",
                $"The open run {row.RunId} was admitted here by the index; the record says something else."));
        }
    }

    private static bool IsAdmission(StoredRecord record, string runId)
    {
        try
        {
            if ((RecordKind)record.Kind != RecordKind.RunAdmitted)
            {
                return IngestionMark.Read(record) is { IsEnd: false } ingestion && ingestion.Id == runId;
            }

            return ((RunAdmittedBody)RecordSerializer.Deserialize(record.ToRecord())).RunId == runId;
        }
        catch (InvalidDataException)
        {
            // A record that cannot be read is named with its stream.
            return true;
        }
    }
}
