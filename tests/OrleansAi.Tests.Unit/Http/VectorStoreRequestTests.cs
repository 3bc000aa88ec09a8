using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Requests;
using OrleansAi.Http.VectorStores;
using Xunit;
using Value = OrleansAi.Contracts.Collections.CollectionAttribute;

namespace OrleansAi.Tests.Unit.Http;

/// <summary>Requests about vector stores: every wish is read or refused by its name.</summary>
public sealed class VectorStoreRequestTests
{
    [Fact]
    public void Create_WithEverything_IsRead()
    {
        var request = Read(
            """
            {"name":"docs","description":"the manuals","metadata":{"a":"b"},"expires_after":{"anchor":"last_active_at","days":7},"file_ids":["file-1","file-2","file-1"],
             "chunking_strategy":{"type":"static","static":{"max_chunk_size_tokens":200,"chunk_overlap_tokens":100}},"embedding_model":"small"}
            """,
            CreateVectorStore.Read);

        Assert.Equal(("docs", 7, "small"), (request.Collection.Name, request.Collection.ExpiresAfterDays, request.Collection.EmbeddingRoute));
        Assert.Equal(("the manuals", "b"), (request.Collection.Description, request.Collection.Metadata["a"]));
        Assert.Equal(new CollectionChunking(200, 100), request.Collection.Chunking);
        Assert.Equal(["file-1", "file-2"], request.FileIds);
    }

    [Theory]
    [InlineData("""{"description":7}""", "description")]
    [InlineData("""{"nonsense":1}""", "nonsense")]
    [InlineData("""{"file_ids":"file-1"}""", "file_ids")]
    [InlineData("""{"file_ids":[7]}""", "file_ids[0]")]
    [InlineData("""{"expires_after":{"days":1}}""", "expires_after.anchor")]
    [InlineData("""{"expires_after":{"anchor":"created_at","days":1}}""", "expires_after.anchor")]
    [InlineData("""{"expires_after":{"anchor":"last_active_at"}}""", "expires_after.days")]
    [InlineData("""{"expires_after":{"anchor":"last_active_at","days":366}}""", "expires_after.days")]
    [InlineData("""{"expires_after":{"anchor":"last_active_at","days":1,"hours":1}}""", "expires_after.hours")]
    [InlineData("""{"chunking_strategy":{}}""", "chunking_strategy.type")]
    [InlineData("""{"chunking_strategy":{"type":"semantic"}}""", "chunking_strategy.type")]
    [InlineData("""{"chunking_strategy":{"type":"static"}}""", "chunking_strategy.static")]
    [InlineData("""{"chunking_strategy":{"type":"auto","static":{}}}""", "chunking_strategy.static")]
    [InlineData("""{"chunking_strategy":{"type":"static","static":{"chunk_overlap_tokens":1}}}""", "chunking_strategy.static.max_chunk_size_tokens")]
    [InlineData(
        """{"chunking_strategy":{"type":"static","static":{"max_chunk_size_tokens":99,"chunk_overlap_tokens":1}}}""",
        "chunking_strategy.static.max_chunk_size_tokens")]
    [InlineData(
        """{"chunking_strategy":{"type":"static","static":{"max_chunk_size_tokens":100,"chunk_overlap_tokens":51}}}""",
        "chunking_strategy.static.chunk_overlap_tokens")]
    [InlineData(
        """{"chunking_strategy":{"type":"static","static":{"max_chunk_size_tokens":100,"chunk_overlap_tokens":5,"unit":"words"}}}""",
        "chunking_strategy.static.unit")]
    public void Create_Wrong_IsRefusedByName(string body, string param) =>
        Assert.Equal((ErrorCodes.InvalidRequest, param), Refusal(body, CreateVectorStore.Read));

    [Theory]
    [InlineData("{}", false, null)]
    [InlineData("""{"expires_after":null}""", true, null)]
    [InlineData("""{"expires_after":{"anchor":"last_active_at","days":2}}""", true, 2)]
    public void Update_Expiry_IsKeptEndedOrSet(string body, bool sets, int? days)
    {
        using var document = JsonDocument.Parse(body);
        var update = UpdateVectorStore.Read(new JsonFields(document.RootElement, ""), document.RootElement);

        Assert.Equal((sets, days), (update.SetsExpiry, update.ExpiresAfterDays));
    }

    [Theory]
    [InlineData("Hello, could you please tell me: how do I add a vendor?", "how do I add a vendor")]
    [InlineData("  I'd like to know   which   port it is on, please! ", "which port it is on")]
    [InlineData("Wie füge ich einen Anbieter hinzu?", "Wie füge ich einen Anbieter hinzu")]
    [InlineData("history of okapi", "history of okapi")]
    [InlineData("please", "please")]
    [InlineData("Hello, please!", "please")]
    [InlineData("???", "???")]
    public void Search_ToBeRewritten_IsWithoutTheWordsThatOnlyAsk(string query, string expected)
    {
        var body = new System.Text.Json.Nodes.JsonObject { ["query"] = query, ["rewrite_query"] = true };

        Assert.Equal([expected], Read(body.ToJsonString(), SearchVectorStore.Read).Queries);
    }

    [Fact]
    public void Search_WithEverything_IsRead()
    {
        var search = Read(
            """
            {"query":["a","b"],"max_num_results":50,"filters":{"type":"and","filters":[{"type":"eq","key":"k","value":1},{"type":"in","key":"l","value":["x",true]}]},
             "ranking_options":{"ranker":"auto","score_threshold":0.5,"hybrid_search":{"embedding_weight":2,"text_weight":0}},
             "rewrite_query":false,"min_version":3,"at_version":4}
            """,
            SearchVectorStore.Read);

        Assert.Equal(["a", "b"], search.Queries);
        Assert.Equal((50, 0.5f, 2f, 0f), (search.MaxResults, search.ScoreThreshold, search.VectorWeight, search.LexicalWeight));
        Assert.Equal((3L, 4L), (search.MinVersion, search.AtVersion));
        Assert.Equal("and", JsonDocument.Parse(search.Filter!).RootElement.GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("{}", "query")]
    [InlineData("""{"query":" "}""", "query")]
    [InlineData("""{"query":[]}""", "query")]
    [InlineData("""{"query":["x",""]}""", "query[1]")]
    [InlineData("""{"query":"x","rewrite_query":1}""", "rewrite_query")]
    [InlineData("""{"query":"x","max_num_results":0}""", "max_num_results")]
    [InlineData("""{"query":"x","max_num_results":51}""", "max_num_results")]
    [InlineData("""{"query":"x","min_version":-1}""", "min_version")]
    [InlineData("""{"query":"x","at_version":"1"}""", "at_version")]
    [InlineData("""{"query":"x","ranking_options":{"ranker":"mine"}}""", "ranking_options.ranker")]
    [InlineData("""{"query":"x","ranking_options":{"score_threshold":1.1}}""", "ranking_options.score_threshold")]
    [InlineData("""{"query":"x","ranking_options":{"hybrid_search":{"text_weight":1}}}""", "ranking_options.hybrid_search.embedding_weight")]
    [InlineData("""{"query":"x","ranking_options":{"hybrid_search":{"embedding_weight":0,"text_weight":0}}}""", "ranking_options.hybrid_search")]
    [InlineData("""{"query":"x","filters":[]}""", "filters")]
    [InlineData("""{"query":"x","filters":{}}""", "filters.type")]
    [InlineData("""{"query":"x","filters":{"type":"like","key":"k","value":"v"}}""", "filters.type")]
    [InlineData("""{"query":"x","filters":{"type":"eq","value":"v"}}""", "filters.key")]
    [InlineData("""{"query":"x","filters":{"type":"eq","key":"","value":"v"}}""", "filters.key")]
    [InlineData("""{"query":"x","filters":{"type":"eq","key":"k"}}""", "filters.value")]
    [InlineData("""{"query":"x","filters":{"type":"eq","key":"k","value":["v"]}}""", "filters.value")]
    [InlineData("""{"query":"x","filters":{"type":"in","key":"k","value":"v"}}""", "filters.value")]
    [InlineData("""{"query":"x","filters":{"type":"in","key":"k","value":["v",{}]}}""", "filters.value[1]")]
    [InlineData("""{"query":"x","filters":{"type":"and","filters":[]}}""", "filters.filters")]
    [InlineData("""{"query":"x","filters":{"type":"or","filters":[{"type":"eq","key":"k","value":1,"case":true}]}}""", "filters.filters[0].case")]
    public void Search_Wrong_IsRefusedByName(string body, string param) =>
        Assert.Equal((ErrorCodes.InvalidRequest, param), Refusal(body, SearchVectorStore.Read));

    [Theory]
    [InlineData(8, null)]
    [InlineData(9, ErrorCodes.TooManyItems)]
    public void Search_Queries_HaveALimit(int count, string? code) => Assert.Equal(
        code, Code($$"""{"query":[{{string.Join(',', Enumerable.Repeat("\"x\"", count))}}]}""", SearchVectorStore.Read));

    [Theory]
    [InlineData(16_384, null)]
    [InlineData(16_385, ErrorCodes.StringTooLong)]
    public void Search_Query_HasALongestLength(int length, string? code) =>
        Assert.Equal(code, Code($$"""{"query":"{{new string('x', length)}}"}""", SearchVectorStore.Read));

    [Theory]
    [InlineData(8, null)]
    [InlineData(9, ErrorCodes.TooManyItems)]
    public void Search_Filters_HaveADeepestNesting(int depth, string? code)
    {
        var filter = """{"type":"eq","key":"k","value":1}""";
        for (var i = 1; i < depth; i++)
        {
            filter = $$"""{"type":"and","filters":[{{filter}}]}""";
        }

        Assert.Equal(code, Code($$"""{"query":"x","filters":{{filter}}}""", SearchVectorStore.Read));
    }

    [Fact]
    public void File_AttributesOfAllKinds_AreRead()
    {
        var document = Read(
            """{"file_id":"file-1","attributes":{"a":"x","b":1.5,"c":false},"chunking_strategy":{"type":"auto"}}""", AddVectorStoreFiles.ReadOne);

        Assert.Equal(new Value(Text: "x"), document.Attributes["a"]);
        Assert.Equal(new Value(Number: 1.5), document.Attributes["b"]);
        Assert.Equal(new Value(Flag: false), document.Attributes["c"]);
        Assert.Equal(new CollectionChunking(800, 400), document.Chunking);
    }

    [Theory]
    [InlineData("{}", ErrorCodes.InvalidRequest, "file_id")]
    [InlineData("""{"file_id":7}""", ErrorCodes.InvalidRequest, "file_id")]
    [InlineData("""{"file_id":"../x"}""", ErrorCodes.FileNotFound, "file_id")]
    [InlineData("""{"file_id":"file-1","attributes":[]}""", ErrorCodes.InvalidRequest, "attributes")]
    [InlineData("""{"file_id":"file-1","attributes":{"a":null}}""", ErrorCodes.InvalidRequest, "attributes")]
    [InlineData("""{"file_id":"file-1","attributes":{"a":1e999}}""", ErrorCodes.InvalidRequest, "attributes")]
    [InlineData("""{"file_id":"file-1","attributes":{"":1}}""", ErrorCodes.StringTooLong, "attributes")]
    [InlineData("""{"file_id":"file-1","name":"x"}""", ErrorCodes.InvalidRequest, "name")]
    public void File_Wrong_IsRefusedByName(string body, string code, string param) => Assert.Equal((code, param), Refusal(body, AddVectorStoreFiles.ReadOne));

    [Theory]
    [InlineData("""{"attributes":{"a":1}}""", 1)]
    [InlineData("""{"attributes":{}}""", 0)]
    [InlineData("""{"attributes":null}""", 0)]
    public void Attributes_Given_Replace(string body, int count)
    {
        using var document = JsonDocument.Parse(body);
        Assert.Equal(count, AddVectorStoreFiles.ReadAttributes(new JsonFields(document.RootElement, ""), document.RootElement).Count);
    }

    [Fact]
    public void Attributes_NotGiven_AreRefused()
    {
        using var document = JsonDocument.Parse("{}");
        var error = Assert.Throws<OrleansAiException>(() => AddVectorStoreFiles.ReadAttributes(new JsonFields(document.RootElement, ""), document.RootElement));
        Assert.Equal("attributes", error.Param);
    }

    [Fact]
    public void Batch_OfIds_SharesWhatIsSaid()
    {
        var documents = Read("""{"file_ids":["file-1","file-2"],"attributes":{"a":1}}""", AddVectorStoreFiles.ReadBatch);

        Assert.Equal(["file-1", "file-2"], documents.Select(static document => document.FileId));
        Assert.All(documents, static document => Assert.Equal(1, document.Attributes["a"].Number));
    }

    [Fact]
    public void Batch_OfFiles_HasForEachItsOwn()
    {
        var documents = Read("""{"files":[{"file_id":"file-1","attributes":{"a":1}},{"file_id":"file-2"}]}""", AddVectorStoreFiles.ReadBatch);

        Assert.Equal([1, 0], documents.Select(static document => document.Attributes.Count));
    }

    [Theory]
    [InlineData("{}", "file_ids")]
    [InlineData("""{"file_ids":["file-1"],"files":[{"file_id":"file-2"}]}""", "files")]
    [InlineData("""{"files":[{"file_id":"file-1"}],"attributes":{"a":1}}""", "attributes")]
    [InlineData("""{"files":[{"file_id":"file-1"}],"chunking_strategy":{"type":"auto"}}""", "chunking_strategy")]
    [InlineData("""{"files":[{"file_id":"file-1"},{"file_id":"file-1"}]}""", "files[1].file_id")]
    [InlineData("""{"files":[{"file_id":"file-1","x":1}]}""", "files[0].x")]
    public void Batch_Wrong_IsRefusedByName(string body, string param) =>
        Assert.Equal((ErrorCodes.InvalidRequest, param), Refusal(body, AddVectorStoreFiles.ReadBatch));

    [Fact]
    public void Batch_OfTooMany_IsRefused() => Assert.Equal(
        ErrorCodes.TooManyItems, Code($$"""{"file_ids":[{{string.Join(',', Enumerable.Range(0, 501).Select(static i => $"\"file-{i}\""))}}]}""", AddVectorStoreFiles.ReadBatch));

    [Theory]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=101", "limit")]
    [InlineData("?order=up", "order")]
    [InlineData("?after=a%20b", "after")]
    [InlineData("?before=%F0%9F%92%A9", "before")]
    [InlineData("?filter=done", "filter")]
    public void List_Wrong_IsRefusedByName(string query, string param)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query);

        Assert.Equal(param, Assert.Throws<OrleansAiException>(() => VectorStoreQuery.Documents(context.Request.Query)).Param);
    }

    private static T Read<T>(string body, Func<JsonFields, T> read)
    {
        using var document = JsonDocument.Parse(body);
        return read(new JsonFields(document.RootElement, ""));
    }

    private static (string Code, string? Param) Refusal<T>(string body, Func<JsonFields, T> read)
    {
        var error = Assert.Throws<OrleansAiException>(() => Read(body, read));
        return (error.Code, error.Param);
    }

    private static string? Code<T>(string body, Func<JsonFields, T> read)
    {
        try
        {
            Read(body, read);
            return null;
        }
        catch (OrleansAiException error)
        {
            return error.Code;
        }
    }
}
