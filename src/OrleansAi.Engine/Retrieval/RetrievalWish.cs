using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Engine.Retrieval;

/// <summary>What a run shall be told out of collections: what its caller asked for, or else what its route says.</summary>
/// <param name="Query">The question: the last that the user said.</param>
/// <param name="Search">How it is searched for.</param>
/// <param name="IsTool">True when the caller asked for it.</param>
/// <param name="IsOptional">True where a collection that is not there is no error.</param>
public sealed record RetrievalWish(string Query, FileSearch Search, bool IsTool, bool IsOptional)
{
    private const int LongestQuery = 16_384;

    /// <summary>The versions that are asked for on purpose, by collection, whatever <see cref="Search"/> says; null for none.</summary>
    public IReadOnlyDictionary<string, long>? Versions { get; init; }

    /// <summary>The most passages.</summary>
    public int MaxResults => Search.MaxResults ?? FileSearch.DefaultMaxResults;

    /// <summary>The version of a collection that is asked for on purpose; null for fresh.</summary>
    public long? VersionOf(string collection) =>
        Versions is not null && Versions.TryGetValue(collection, out var version) ? version : Search.AtVersion;

    /// <summary>The version that an answer must have at least; null for none.</summary>
    public long? LeastVersionOf(string collection) => Versions?.ContainsKey(collection) == true ? null : Search.MinVersion;

    /// <summary>The wish of a run; null for a run that has none, or nothing to ask for.</summary>
    public static RetrievalWish? Of(RunPlan plan)
    {
        if (plan.Admitted.Retrieval is not { } route || plan.Admitted.Options is { FileSearch: not null, ToolChoice.Mode: ToolChoiceMode.None })
        {
            return null;
        }

        var asked = plan.Admitted.Options.FileSearch;
        var search = asked ?? new FileSearch
        {
            Collections = route.Collections,
            MaxResults = route.MaxResults,
            ScoreThreshold = route.ScoreThreshold,
        };
        return QueryOf(plan) is { } query && search.Collections.Count > 0
            ? new RetrievalWish(query, search, asked is not null, asked is null && route.IsOptional) { Versions = route.AtVersions }
            : null;
    }

    private static string? QueryOf(RunPlan plan)
    {
        var text = LastOf(plan.Admitted.Input.Select(static item => item.ToItem()));
        for (var turn = plan.History.Count - 1; text is null && turn >= 0; turn--)
        {
            text = LastOf(plan.History[turn].Items);
        }

        return string.IsNullOrWhiteSpace(text) ? null
            : text.Length <= LongestQuery ? text
            : text[..(char.IsHighSurrogate(text[LongestQuery - 1]) ? LongestQuery - 1 : LongestQuery)];
    }

    private static string? LastOf(IEnumerable<Item> items) =>
        items.LastOrDefault(static item => item is { Kind: ItemKind.Message, Role: Role.User } && item.Text.Length > 0)?.Text;
}
