using System.Data.Common;
using OrleansAi.Contracts.Runs;
using OrleansAi.Journal;

namespace OrleansAi.Storage.Index;

/// <summary>Reads rows of the queries of <see cref="RunSearch"/>.</summary>
internal static class RunEntryReader
{
    /// <summary>The row that the reader is at.</summary>
    public static RunEntry Read(DbDataReader row) => new()
    {
        Tenant = row.GetString(0),
        RunId = row.GetString(2) + row.GetString(1),
        Conversation = row.GetString(3),
        Model = row.GetString(4),
        Status = (RunStatus)row.GetInt32(5),
        CreatedAt = row.GetInt64(6),
        EndedAt = row.IsDBNull(7) ? null : row.GetInt64(7),
        AdmittedPosition = row.GetInt64(8),
        EndedPosition = row.IsDBNull(9) ? null : row.GetInt64(9),
        Waker = row.IsDBNull(10) ? null : row.GetString(10),

        // The choices of a completion are runs of one kind.
        Listing = row.IsDBNull(11) ? null : row.GetString(2) + row.GetString(11),
        ForkedFrom = row.IsDBNull(12) ? null : row.GetString(12),
        ReleasedAt = row.IsDBNull(13) ? null : row.GetInt64(13),
        Pinned = row.IsDBNull(14) ? null : row.GetInt32(14) == 1,
    };
}
