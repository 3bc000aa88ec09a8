using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;

namespace OrleansAi.Storage.PostgreSql;

/// <summary>A row of <c>journal_records</c> to be written.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Position">The record's place.</param>
/// <param name="Record">The record.</param>
/// <param name="Witness">What it witnesses, or null.</param>
/// <param name="Digest">Its digest.</param>
internal readonly record struct PostgreSqlRecord(string Stream, long Position, NewRecord Record, byte[]? Witness, byte[] Digest)
{
    /// <summary>The record of an append; its last one is the witness.</summary>
    public static PostgreSqlRecord Of(JournalAppend append, int index)
    {
        var record = append.Records[index];
        var position = append.ExpectedPosition + 1 + index;
        var witness = index == append.Records.Count - 1 ? Journal.Integrity.Witness.Of(append) : null;
        var digest = RecordChain.Digest(append.Stream, position, record.RecordId, record.Kind, record.At, witness, record.Body.Span);
        return new PostgreSqlRecord(append.Stream, position, record, witness, digest);
    }
}
