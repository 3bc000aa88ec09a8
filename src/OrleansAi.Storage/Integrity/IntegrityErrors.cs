using OrleansAi.Journal;

namespace OrleansAi.Storage.Integrity;

/// <summary>What can go wrong before a store is looked over.</summary>
internal static class IntegrityErrors
{
    /// <summary>The schema is older than the chain.</summary>
    public static JournalException NoHashes(Exception exception) => new(
        "The database has no hashes yet: it is empty or was last used by an earlier build. Start a silo of this build once; it brings the schema up to date.",
        outcomeKnown: true,
        isTransient: false,
        exception);
}
