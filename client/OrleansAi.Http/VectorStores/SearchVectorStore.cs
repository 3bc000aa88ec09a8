using System.Text.Json;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.VectorStores;

/// <summary>The body of <c>POST /v1/vector_stores/{id}/search</c>.</summary>
internal static class SearchVectorStore
{
    private const int MostQueries = 8;
    private const int LongestQuery = 16_384;
    private const int MostResults = 50;
    private const int DefaultResults = 10;

    public static CollectionSearch Read(JsonFields fields)
    {
        var search = new CollectionSearch
        {
            Queries = Queries(fields),
            Filter = FilterFields.Read(fields, "filters"),
            MaxResults = fields.Integer("max_num_results", 1, MostResults) ?? DefaultResults,
            MinVersion = Version(fields, "min_version"),
            AtVersion = Version(fields, "at_version"),
        };
        var ranking = RankingFields.Read(fields, "ranking_options");
        if (fields.Flag("rewrite_query"))
        {
            search = search with { Queries = [.. search.Queries.Select(QueryRewriting.Rewrite)] };
        }

        fields.Done();
        return search with
        {
            ScoreThreshold = ranking.ScoreThreshold,
            VectorWeight = ranking.VectorWeight ?? search.VectorWeight,
            LexicalWeight = ranking.LexicalWeight ?? search.LexicalWeight,
        };
    }

    private static IReadOnlyList<string> Queries(JsonFields fields)
    {
        var query = fields.Any("query") ?? throw VectorStoreFields.Required(fields, "query");
        if (query.ValueKind == JsonValueKind.String)
        {
            return [Query(query, "query")];
        }

        if (query.ValueKind != JsonValueKind.Array || query.GetArrayLength() == 0)
        {
            throw fields.Wrong("query", "a text or a list of texts that is not empty");
        }

        return [.. fields.List("query", MostQueries).Select(static one => Query(one.Value, one.Name))];
    }

    private static string Query(JsonElement value, string name)
    {
        var text = value.ValueKind == JsonValueKind.String ? JsonFields.ReadText(value, name) : throw Invalid.Request($"'{name}' must be a string.", name);
        return string.IsNullOrWhiteSpace(text) ? throw Invalid.Request($"'{name}' is empty.", name)
            : text.Length <= LongestQuery ? text
            : throw JsonFields.TooLong(name, text.Length, LongestQuery);
    }

    private static long? Version(JsonFields fields, string field) => fields.Long(field) is not { } version
        ? null
        : version >= 0 ? version : throw Invalid.Request($"'{field}' is {version}; it must be at least 0.", field);
}
