using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Http.Errors;
using OrleansAi.Http.VectorStores;

namespace OrleansAi.Http.Requests;

/// <summary>The tool <c>file_search</c> of the Responses API.</summary>
internal static class FileSearchFields
{
    /// <summary>The tool's type.</summary>
    public const string Type = "file_search";

    private const int MostStores = 8;
    private const int MostResults = 50;
    private const int LongestId = 64;

    /// <summary>Reads the tool.</summary>
    public static FileSearch Read(JsonFields tool)
    {
        var stores = tool.List("vector_store_ids", MostStores).Select(static one => one.Value.ValueKind == System.Text.Json.JsonValueKind.String
            ? IdOf(JsonFields.ReadText(one.Value, one.Name), one.Name)
            : throw Invalid.Request($"'{one.Name}' must be a string.", one.Name)).ToList();
        if (stores.Count == 0)
        {
            throw Invalid.Request($"'{tool.Name("vector_store_ids")}' must name at least one vector store.", tool.Name("vector_store_ids"));
        }

        var ranking = RankingFields.Read(tool, "ranking_options");
        var search = new FileSearch
        {
            Collections = stores,
            MaxResults = tool.Integer("max_num_results", 1, MostResults),
            Filter = FilterFields.Read(tool, "filters"),
            Ranker = ranking.Ranker,
            ScoreThreshold = ranking.ScoreThreshold,
            LexicalWeight = ranking.LexicalWeight,
            VectorWeight = ranking.VectorWeight,
            AtVersion = AtVersion(tool, stores.Count),
            MinVersion = Version(tool, "min_version", stores.Count),
        };
        tool.Done();
        return search;
    }

    // How fresh it has to be: the newest version that anybody was told of, or an older one on purpose.
    private static long? AtVersion(JsonFields tool, int stores)
    {
        var staleness = tool.Choice("staleness", "fresh", "at_version");
        var version = Version(tool, "at_version", stores);
        return (staleness, version) switch
        {
            ("fresh", not null) => throw Invalid.Request(
                $"'{tool.Name("staleness")}' is 'fresh', and '{tool.Name("at_version")}' names a version; leave one of them out.", tool.Name("staleness")),
            ("at_version", null) => throw Invalid.Request(
                $"'{tool.Name("at_version")}' is required where '{tool.Name("staleness")}' is 'at_version'.", tool.Name("at_version")),
            _ => version,
        };
    }

    private static long? Version(JsonFields tool, string field, int stores) => tool.Long(field) switch
    {
        null => null,
        < 0 => throw Invalid.Request($"'{tool.Name(field)}' must be at least 0.", tool.Name(field)),
        _ when stores > 1 => throw Invalid.Request(
            $"'{tool.Name(field)}' is of one vector store, and {stores} are named; each has versions of its own.", tool.Name(field)),
        var version => version,
    };

    private static string IdOf(string id, string name) =>
        id.Length <= LongestId && IdText.IsPossible(id) && id.StartsWith(IdPrefixes.Collection, StringComparison.Ordinal)
            ? id
            : throw new OrleansAiException(ErrorCodes.CollectionNotFound, $"There is no vector store '{(id.Length <= LongestId ? id : id[..LongestId])}'.")
            {
                Param = name,
            };
}
