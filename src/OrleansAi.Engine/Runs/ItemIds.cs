using System.Globalization;
using OrleansAi.Contracts.Ids;

namespace OrleansAi.Engine.Runs;

/// <summary>
/// Ids of items tell where the item is recorded, so that no index of items is needed: <c>msg_</c>, the run's 26
/// characters, then <c>u0</c> for the first message asked or <c>a1</c> for the answer of attempt 1. Items given without a
/// run have 26 characters of their own, then <c>p</c>, the record's position, <c>i</c> and the item's place in it.
/// </summary>
public static class ItemIds
{
    /// <summary>The id of a message that came with a run.</summary>
    public static string Input(string runId, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{IdPrefixes.Message}{Key(runId)}u{index}");

    /// <summary>The id of the answer that an attempt writes.</summary>
    public static string Output(string runId, int attempt) =>
        string.Create(CultureInfo.InvariantCulture, $"{IdPrefixes.Message}{Key(runId)}a{attempt}");

    /// <summary>The id of an item that was given without a run.</summary>
    public static string Added(IdSource ids, long position, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{ids.New(IdPrefixes.Message)}p{position}i{index}");

    /// <summary>Where an item is recorded: its run, or else a position. Both are null when the id is not one of ours.</summary>
    public static (string? RunKey, long? Position) Locate(string itemId)
    {
        const int keyEnd = 4 + IdSource.Length;
        if (itemId.Length < keyEnd + 2 || !itemId.StartsWith(IdPrefixes.Message, StringComparison.Ordinal))
        {
            return default;
        }

        var rest = itemId.AsSpan(keyEnd + 1);
        return itemId[keyEnd] switch
        {
            'u' or 'a' => (itemId[4..keyEnd], null),
            'p' when rest.IndexOf('i') is > 0 and var end
                && long.TryParse(rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var position) => (null, position),
            _ => default,
        };
    }

    private static ReadOnlySpan<char> Key(string runId) => runId.AsSpan(runId.Length - IdSource.Length);
}
