using OrleansAi.Contracts.Ids;

namespace OrleansAi.Storage.Index;

/// <summary>
/// A run's id taken apart: runs of all kinds are ordered by the key, which begins with the time of admission.
/// </summary>
internal static class RunKey
{
    /// <summary>Takes an id apart; one that is too short has an empty key, which no run has.</summary>
    public static (string Prefix, string Key) Split(string runId) => runId.Length > IdSource.Length
        ? (runId[..^IdSource.Length], runId[^IdSource.Length..])
        : (runId, "");

    /// <summary>The key of an id; null for none.</summary>
    public static string? Of(string? runId) => runId is null ? null : Split(runId).Key;
}
