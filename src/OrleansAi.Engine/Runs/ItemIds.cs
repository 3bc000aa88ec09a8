using System.Globalization;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Engine.Runs;

/// <summary>
/// Ids of items tell where the item is recorded, so that no index of items is needed: a prefix that tells the kind, the
/// run's 26 characters, then <c>u0</c> for the first item asked, or <c>a1</c> for the first item of attempt 1's answer and
/// <c>a1n1</c> for the second. Items given without a run have 26 characters of their own, then <c>p</c>, the record's
/// position, <c>i</c> and the item's place in it.
/// </summary>
public static class ItemIds
{
    private static readonly string[] Prefixes =
    [
        IdPrefixes.Message, IdPrefixes.FunctionCall, IdPrefixes.FunctionCallOutput, IdPrefixes.Reasoning, IdPrefixes.Compaction,
        IdPrefixes.FileSearchCall,
    ];

    /// <summary>The id of an item that came with a run.</summary>
    public static string Input(ItemKind kind, string runId, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefixes[(int)kind]}{Key(runId)}u{index}");

    /// <summary>The id of an item that an attempt writes.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="runId">The run.</param>
    /// <param name="attempt">The attempt, from 1.</param>
    /// <param name="ordinal">The item's place among those of the attempt, from 0.</param>
    public static string Output(ItemKind kind, string runId, int attempt, int ordinal) => ordinal == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{Prefixes[(int)kind]}{Key(runId)}a{attempt}")
        : string.Create(CultureInfo.InvariantCulture, $"{Prefixes[(int)kind]}{Key(runId)}a{attempt}n{ordinal}");

    /// <summary>The id of a function call whose vendor gave none.</summary>
    public static string Call(string runId, int attempt, int place) =>
        string.Create(CultureInfo.InvariantCulture, $"call_{Key(runId)}a{attempt}n{place}");

    /// <summary>The id of an item that was given without a run.</summary>
    public static string Added(ItemKind kind, IdSource ids, long position, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{ids.New(Prefixes[(int)kind])}p{position}i{index}");

    /// <summary>Where an item is recorded: its run, or else a position. Both are null when the id is not one of ours.</summary>
    public static (string? RunKey, long? Position) Locate(string itemId)
    {
        var prefix = Array.Find(Prefixes, prefix => itemId.StartsWith(prefix, StringComparison.Ordinal));
        var keyEnd = (prefix?.Length ?? 0) + IdSource.Length;
        if (prefix is null || itemId.Length < keyEnd + 2)
        {
            return default;
        }

        var rest = itemId.AsSpan(keyEnd + 1);
        return itemId[keyEnd] switch
        {
            'u' or 'a' => (itemId[prefix.Length..keyEnd], null),
            'p' when rest.IndexOf('i') is > 0 and var end
                && long.TryParse(rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var position) => (null, position),
            _ => default,
        };
    }

    private static ReadOnlySpan<char> Key(string runId) => runId.AsSpan(runId.Length - IdSource.Length);
}
