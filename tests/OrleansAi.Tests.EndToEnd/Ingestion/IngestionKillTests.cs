using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Testing;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.EndToEnd.Ingestion;

/// <summary>A silo is killed with SIGKILL at a stage of a document's ingestion and started again: the collection becomes what it would have been.</summary>
public abstract class IngestionKillTests(Storage storage, PostgreSqlFixture postgreSql)
{
    private const int Batch = 4;
    private const string Mark = "Paragraph";
    private static readonly string Text = string.Join(
        "\n\n", Enumerable.Range(0, 60).Select(static i => $"{Mark} {i} is about an orchard and its {i * 7} trees, which nobody has counted twice, and a wall of {i} stones."));

    [Theory]
    [InlineData("document-received", 0)]
    [InlineData("document-extracted", 0)]
    [InlineData("document-chunked", 0)]
    [InlineData("document-embedded:2", Batch)]
    [InlineData("document-embeddings-stored:2", 0)]
    [InlineData("document-indexed", 0)]
    [InlineData("document-published", 0)]
    public async Task Kill_AtAStage_TheCollectionIsTheSameAndAtMostABatchIsPaidTwice(string stage, int most)
    {
        await using var vendor = await Simulator.StartAsync();
        await using var deployment = await Deployment.CreateAsync(storage, postgreSql);
        var settings = Settings(vendor);
        string collection, file;
        await using (var silo = await deployment.StartAsync(stage, settings))
        {
            (collection, file) = (await CreateAsync(silo.Http), await UploadAsync(silo.Http));
            await AddUntilDeadAsync(silo, collection, file);
        }

        await using var revived = await deployment.StartAsync(null, settings);
        var document = await EndedAsync(revived.Http, collection, file);
        Assert.Equal("completed", (string)document["status"]!);
        var embedded = Embedded(vendor);

        // The same in a process that nobody kills.
        var other = await CreateAsync(revived.Http);
        await Api.PostAsync(revived.Http, $"/v1/vector_stores/{other}/files", Body(file));
        var whole = await EndedAsync(revived.Http, other, file);
        var fewest = Embedded(vendor) - embedded;

        Assert.True(fewest > 3 * Batch, $"{fewest} texts are too few to be killed between batches.");
        Assert.InRange(embedded, fewest, fewest + most);
        Assert.Equal(Without(whole, other), Without(document, collection));
        Assert.Equal(await SearchAsync(revived.Http, other), await SearchAsync(revived.Http, collection));
        Assert.Equal(await ContentAsync(revived.Http, other, file), await ContentAsync(revived.Http, collection, file));
        await revived.TerminateAsync();
        var (code, told, errors) = await deployment.RunAsync([], "verify");
        Assert.True(code == 0, told + errors);
    }

    [Fact]
    public async Task Kill_AgainAndAgainAtOneDocument_ItIsSetAside()
    {
        await using var vendor = await Simulator.StartAsync();
        await using var deployment = await Deployment.CreateAsync(storage, postgreSql);
        var settings = Settings(vendor);
        string collection, file;
        await using (var silo = await deployment.StartAsync("document-extracted", settings))
        {
            (collection, file) = (await CreateAsync(silo.Http), await UploadAsync(silo.Http));
            await AddUntilDeadAsync(silo, collection, file);
        }

        const int most = 7;
        for (var starts = 1; ; starts++)
        {
            try
            {
                await using var silo = await deployment.StartAsync("document-extracted", settings);
                var document = await EndedAsync(silo.Http, collection, file);
                Assert.Equal("failed", (string)document["status"]!);
                Assert.Contains("5 attempts", (string)document["last_error"]!["message"]!, StringComparison.Ordinal);
                Assert.Equal(most - 1, starts);
                return;
            }
            catch (Exception exception) when (starts < most && exception is TimeoutException or HttpRequestException or IOException)
            {
                // It was killed once more, perhaps before it was ready.
            }
        }
    }

    private static (string, string)[] Settings(Simulator vendor) =>
    [
        ("OrleansAi:Vendors:texts:Kind", "openai"),
        ("OrleansAi:Vendors:texts:Endpoint", vendor.EndpointOf(Wire.OpenAiChat)),
        ("OrleansAi:Vendors:texts:ApiKey", "secret-key"),
        ("OrleansAi:Embeddings:default:Candidates:0:Vendor", "texts"),
        ("OrleansAi:Embeddings:default:Candidates:0:Model", "model-1"),
        ("OrleansAi:Collections:EmbeddingBatch", Batch.ToString(System.Globalization.CultureInfo.InvariantCulture)),
    ];

    private static int Embedded(Simulator vendor) => vendor.Calls.SelectMany(static call => call.Inputs ?? []).Count(static text => text.Contains(Mark, StringComparison.Ordinal));

    private static string Body(string file) => new JsonObject { ["file_id"] = file, ["attributes"] = new JsonObject { ["kind"] = "orchard" } }.ToJsonString();

    private static async Task<string> CreateAsync(HttpClient http) => (string)(await Api.PostAsync(
        http, "/v1/vector_stores", """{"name":"kill","chunking_strategy":{"type":"static","static":{"max_chunk_size_tokens":100,"chunk_overlap_tokens":0}}}"""))["id"]!;

    private static async Task<string> UploadAsync(HttpClient http)
    {
        using var form = new MultipartFormDataContent();
        using var purpose = new StringContent("assistants");
        using var file = new StringContent(Text, Encoding.UTF8, "text/plain");
        form.Add(purpose, "purpose");
        form.Add(file, "file", "orchard.txt");
        return (string)(await Api.SendAsync(http, new HttpRequestMessage(HttpMethod.Post, "/v1/files") { Content = form }))["id"]!;
    }

    // The answer may be cut off or not: the document was accepted before its ingestion began.
    private static async Task AddUntilDeadAsync(SiloProcess silo, string collection, string file)
    {
        try
        {
            await Api.PostAsync(silo.Http, $"/v1/vector_stores/{collection}/files", Body(file));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            Assert.True(await silo.WaitForExitAsync() != 0, exception.Message);
        }

        Assert.Equal(128 + 9, await silo.WaitForExitAsync());
    }

    private static Task<JsonNode> EndedAsync(HttpClient http, string collection, string file) => Eventually.GetAsync(
        () => Api.GetAsync(http, $"/v1/vector_stores/{collection}/files/{file}", HttpStatusCode.OK),
        static document => (string)document["status"]! != "in_progress",
        "the document is ingested");

    private static async Task<string> ContentAsync(HttpClient http, string collection, string file) =>
        (await Api.GetAsync(http, $"/v1/vector_stores/{collection}/files/{file}/content")).ToJsonString();

    private static async Task<string> SearchAsync(HttpClient http, string collection) => (await Api.PostAsync(
        http, $"/v1/vector_stores/{collection}/search", """{"query":"orchard trees and stones","max_num_results":50}""")).ToJsonString();

    private static string Without(JsonNode document, string collection)
    {
        document["created_at"] = 0;
        return document.ToJsonString().Replace(collection, "<id>", StringComparison.Ordinal);
    }
}
