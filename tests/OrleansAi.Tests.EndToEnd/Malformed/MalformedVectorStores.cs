namespace OrleansAi.Tests.EndToEnd.Malformed;

/// <summary>What is wrong with requests about vector stores.</summary>
internal static class MalformedVectorStores
{
    private static readonly (string, string)[] Attributes =
    [
        ("attributes", "{\"a\":null}"), ("attributes", "{\"a\":[]}"), ("attributes", "{\"a\":{}}"), ("attributes", "{\"a\":1e999}"), ("attributes", "{\"\":1}"),
        ("attributes", $"{{\"{new string('k', 65)}\":1}}"), ("attributes", $"{{\"k\":\"{new string('v', 513)}\"}}"), ("attributes", Pairs(17)),
    ];

    private static readonly (string, string)[] Chunking =
    [
        ("chunking_strategy", "{}"), ("chunking_strategy", "{\"type\":\"semantic\"}"), ("chunking_strategy", "{\"type\":\"static\"}"),
        ("chunking_strategy", "{\"type\":\"auto\",\"static\":{}}"), ("chunking_strategy", "{\"type\":\"static\",\"static\":{\"max_chunk_size_tokens\":99,\"chunk_overlap_tokens\":1}}"),
        ("chunking_strategy", "{\"type\":\"static\",\"static\":{\"max_chunk_size_tokens\":4097,\"chunk_overlap_tokens\":1}}"),
        ("chunking_strategy", "{\"type\":\"static\",\"static\":{\"max_chunk_size_tokens\":100,\"chunk_overlap_tokens\":51}}"),
        ("chunking_strategy", "{\"type\":\"static\",\"static\":{\"max_chunk_size_tokens\":100,\"chunk_overlap_tokens\":-1}}"), ("chunking_strategy", "{\"type\":7}"),
    ];

    private static readonly (string, string)[] Expiry =
    [
        ("expires_after", "{}"), ("expires_after", "{\"days\":1}"), ("expires_after", "{\"anchor\":\"created_at\",\"days\":1}"), ("expires_after", "{\"anchor\":\"last_active_at\"}"),
        ("expires_after", "{\"anchor\":\"last_active_at\",\"days\":0}"), ("expires_after", "{\"anchor\":\"last_active_at\",\"days\":366}"), ("name", $"\"{new string('n', 257)}\""),
        ("metadata", Pairs(17)), ("metadata", "{\"k\":1}"), ("id", "\"vs_mine\""),
    ];

    /// <summary>Bodies that are good, and how to spoil them.</summary>
    public static IEnumerable<(string Path, string Valid, (string, string)[] Fields, IEnumerable<(string, string)> More)> Bodies(string store)
    {
        yield return (
            "/v1/vector_stores",
            """{"name":"“straße”","metadata":{"k":"v"}}""",
            [("name", "text"), ("description", "text"), ("metadata", "object"), ("expires_after", "object"), ("chunking_strategy", "object"), ("embedding_model", "text")],
            Expiry.Concat(Chunking).Concat(
            [
                ("file_ids", "7"), ("file_ids", "{}"), ("file_ids", "[7]"), ("file_ids", "[\"\"]"), ("file_ids", "[\"file-none\"]"), ("file_ids", "[\"\\u0000\"]"),
                ("file_ids", $"[{string.Join(',', Enumerable.Repeat("\"file-none\"", 501))}]"), ("embedding_model", "\"no such model\""),
            ]));
        yield return ($"/v1/vector_stores/{store}", """{"name":"“straße”"}""", [("name", "text"), ("description", "text"), ("metadata", "object"), ("embedding_model", "text")], Expiry.Append(("embedding_model", "\"no such model\"")));
        yield return (
            $"/v1/vector_stores/{store}/search",
            """{"query":"“straße”","max_num_results":5}""",
            [("max_num_results", "number"), ("filters", "object"), ("ranking_options", "object"), ("rewrite_query", "flag"), ("min_version", "number"), ("at_version", "number")],
            Searches());
        yield return (
            $"/v1/vector_stores/{store}/files",
            """{"file_id":"file-none","attributes":{"k":"“straße”"}}""",
            [("file_id", "text"), ("attributes", "object"), ("chunking_strategy", "object")],
            Attributes.Concat(Chunking).Concat([("file_id", "\"../../x\""), ("file_id", "\"\\u0000\""), ("file_id", $"\"file-{new string('0', 200)}\""), ("file_ids", "[]")]));
        yield return ($"/v1/vector_stores/{store}/files/file-none", """{"attributes":{"k":"“straße”"}}""", [("attributes", "object")], Attributes);
        yield return (
            $"/v1/vector_stores/{store}/file_batches",
            """{"file_ids":["file-none"],"attributes":{"k":"“straße”"}}""",
            [("attributes", "object"), ("chunking_strategy", "object")],
            Attributes.Concat(Chunking).Concat(
            [
                ("file_ids", "[]"), ("file_ids", "7"), ("file_ids", "[{}]"), ("files", "[{\"file_id\":\"file-none\"}]"), ("files", "[7]"), ("files", "{}"),
                ("file_ids", $"[{string.Join(',', Enumerable.Repeat("\"file-none\"", 501))}]"),
            ]));
    }

    /// <summary>Queries.</summary>
    public static IEnumerable<MalformedRequest> Queries(string store)
    {
        string[] queries =
        [
            "limit=0", "limit=101", "limit=x", "limit=1&limit=2", "order=up", "after=%00", "after=a%20b", "before=%F0%9F%92%A9", $"before={new string('a', 200)}", "nonsense=1", "filter=done",
        ];
        string[] places = ["starting_after=-1", "starting_after=x", "starting_after=1.5", "starting_after=9223372036854775808", "nonsense=1", "starting_after=1&starting_after=2"];
        foreach (var query in places)
        {
            yield return MalformedRequest.Of($"GET /v1/vector_stores/id/events?{query}", "GET", $"/v1/vector_stores/{store}/events?{query}");
        }

        foreach (var query in queries)
        {
            yield return MalformedRequest.Of($"GET /v1/vector_stores?{Short(query)}", "GET", $"/v1/vector_stores?{query}");
            yield return MalformedRequest.Of($"GET /v1/vector_stores/id/files?{Short(query)}", "GET", $"/v1/vector_stores/{store}/files?{query}");
            yield return MalformedRequest.Of(
                $"GET /v1/vector_stores/id/file_batches/none/files?{Short(query)}", "GET", $"/v1/vector_stores/{store}/file_batches/vsfb_none/files?{query}");
        }
    }

    private static IEnumerable<(string, string)> Searches()
    {
        yield return ("query", "\"\"");
        yield return ("query", "[]");
        yield return ("query", "7");
        yield return ("query", "{}");
        yield return ("query", "[\"x\",7]");
        yield return ("query", $"[{string.Join(',', Enumerable.Repeat("\"x\"", 9))}]");
        yield return ("query", $"\"{new string('x', 16_385)}\"");
        yield return ("max_num_results", "0");
        yield return ("max_num_results", "51");
        yield return ("min_version", "-1");
        yield return ("min_version", "1000000");
        yield return ("at_version", "9223372036854775807");
        yield return ("at_version", "1.5");
        string[] rankings =
        [
            "{\"ranker\":\"mine\"}", "{\"score_threshold\":1.1}", "{\"score_threshold\":-1}", "{\"hybrid_search\":{}}", "{\"hybrid_search\":{\"embedding_weight\":0,\"text_weight\":0}}",
            "{\"hybrid_search\":{\"embedding_weight\":1e-300,\"text_weight\":0}}", "{\"hybrid_search\":{\"embedding_weight\":101,\"text_weight\":0}}", "{\"nonsense\":1}",
        ];
        foreach (var ranking in rankings)
        {
            yield return ("ranking_options", ranking);
        }

        var deep = string.Concat(Enumerable.Repeat("{\"type\":\"and\",\"filters\":[", 8)) + "{\"type\":\"eq\",\"key\":\"k\",\"value\":1}" + string.Concat(Enumerable.Repeat("]}", 8));
        var one = "{\"type\":\"eq\",\"key\":\"k\",\"value\":1}";
        string[] filters =
        [
            "{}", "{\"type\":\"like\",\"key\":\"k\",\"value\":1}", "{\"type\":\"eq\",\"key\":\"k\"}", "{\"type\":\"eq\",\"value\":1}", "{\"type\":\"eq\",\"key\":\"\",\"value\":1}",
            "{\"type\":\"eq\",\"key\":\"k\",\"value\":[]}", "{\"type\":\"eq\",\"key\":\"k\",\"value\":null}", "{\"type\":\"gt\",\"key\":\"k\",\"value\":1e999}", "{\"type\":\"in\",\"key\":\"k\",\"value\":1}",
            "{\"type\":\"in\",\"key\":\"k\",\"value\":[{}]}", "{\"type\":\"and\",\"filters\":[]}", "{\"type\":\"or\",\"filters\":7}", "{\"type\":\"or\"}", "{\"type\":\"eq\",\"key\":\"k\",\"value\":1,\"x\":1}",
            $"{{\"type\":\"in\",\"key\":\"k\",\"value\":[{string.Join(',', Enumerable.Repeat("1", 1_001))}]}}", deep, $"{{\"type\":\"or\",\"filters\":[{string.Join(',', Enumerable.Repeat(one, 100))}]}}",
        ];
        foreach (var filter in filters)
        {
            yield return ("filters", filter);
        }
    }

    private static string Short(string query) => query.Length <= 40 ? query : query[..40];

    private static string Pairs(int count) => $"{{{string.Join(',', Enumerable.Range(0, count).Select(static i => $"\"k{i}\":\"v\""))}}}";
}
