using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Testing;
using OrleansAi.Tests.EndToEnd.Deletion;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.EndToEnd.Ingestion;

/// <summary>
/// A silo is killed with SIGKILL at one stage after the other of a re-index, and of the release of what nobody needs, each time by the process that took over
/// from the one before. What comes of it is what comes of it in a process that nobody kills.
/// </summary>
public abstract class ReindexKillTests(Storage storage, PostgreSqlFixture postgreSql)
{
    private const int Batch = 4;
    private const string Mark = "Paragraph";
    private const string Poison = "nightshade";
    private static readonly string[] Release = ["unneeded-noted", "unneeded-contents-released", "unneeded-released", "unneeded-release-noted"];

    [Fact]
    public async Task Kill_AtEachStageOfAReindex_TheIndexIsTheSameAndEachKillPaysAtMostABatchTwice()
    {
        await using var vendor = await StartVendorAsync();
        await using var deployment = await Deployment.CreateAsync(storage, postgreSql);
        string[] stages =
        [
            "document-reindexing", "document-embedded:2", "document-embeddings-stored:2", "document-indexed", "document-published", "index-complete", "index-switched",
        ];
        string collection, file;
        await using (var silo = await StartAsync(deployment, vendor, stages[0]))
        {
            (collection, file) = await FillAsync(silo.Http);
            await UntilDeadAsync(silo, () => ReindexAsync(silo.Http, collection, "other"));
        }

        await DieInTurnAsync(deployment, vendor, stages[1..]);
        await using var revived = await StartAsync(deployment, vendor);
        var switched = await SwitchedAsync(revived.Http, collection, "texts/model-2");
        var embedded = Embedded(vendor, "model-2");

        // The same in a process that nobody kills.
        var (other, otherFile) = await FillAsync(revived.Http);
        await ReindexAsync(revived.Http, other, "other");
        var whole = await SwitchedAsync(revived.Http, other, "texts/model-2");
        var fewest = Embedded(vendor, "model-2") - embedded;

        Assert.True(fewest > 3 * Batch, $"{fewest} texts are too few to be killed between batches.");
        Assert.InRange(embedded, fewest, fewest + Batch);
        Assert.Equal(Without(whole, other), Without(switched, collection));
        Assert.Equal(await SearchAsync(revived.Http, other), await SearchAsync(revived.Http, collection));
        Assert.Equal(await ContentAsync(revived.Http, other, otherFile), await ContentAsync(revived.Http, collection, file));
        await VerifyAsync(deployment, revived);
    }

    [Fact]
    public async Task Kill_AtEachStageOfReleasingAnIndexThatWasGivenUp_TheStoreHoldsWhatItWouldHold()
    {
        await using var vendor = await StartVendorAsync();
        await using var deployment = await Deployment.CreateAsync(storage, postgreSql);
        string collection, file;
        await using (var silo = await StartAsync(deployment, vendor, Release[0]))
        {
            (collection, file) = await FillAsync(silo.Http, withPoison: true);
            await UntilDeadAsync(silo, () => ReindexAsync(silo.Http, collection, "refusing"));
        }

        await DieInTurnAsync(deployment, vendor, Release[1..]);
        await using var revived = await StartAsync(deployment, vendor);
        await ReleasedAsync(revived.Http, collection);
        var (other, otherFile) = await FillAsync(revived.Http, withPoison: true);
        await ReindexAsync(revived.Http, other, "refusing");
        await ReleasedAsync(revived.Http, other);

        Assert.Equal(Without(await GetAsync(revived.Http, other), other), Without(await GetAsync(revived.Http, collection), collection));
        Assert.Equal(await SearchAsync(revived.Http, other), await SearchAsync(revived.Http, collection));
        Assert.Equal(await ContentAsync(revived.Http, other, otherFile), await ContentAsync(revived.Http, collection, file));
        await VerifyAsync(deployment, revived);
        var dump = await StoreDump.ReadAsync(storage, deployment.ConnectionString);
        Assert.Equal(ContentsOf(dump, other), ContentsOf(dump, collection));
    }

    [Fact]
    public async Task Kill_AtEachStageOfReleasingADeletedCollection_NothingOfItIsLeft()
    {
        await using var vendor = await StartVendorAsync();
        await using var deployment = await Deployment.CreateAsync(storage, postgreSql);
        string collection;
        await using (var silo = await StartAsync(deployment, vendor, Release[0]))
        {
            (collection, _) = await FillAsync(silo.Http);
            await UntilDeadAsync(silo, () => Api.SendAsync(silo.Http, new HttpRequestMessage(HttpMethod.Delete, $"/v1/vector_stores/{collection}")));
        }

        await DieInTurnAsync(deployment, vendor, Release[1..]);
        await using var revived = await StartAsync(deployment, vendor);
        await Api.GetAsync(revived.Http, $"/v1/vector_stores/{collection}", HttpStatusCode.NotFound);
        await Eventually.GetAsync(
            async () => ContentsOf(await StoreDump.ReadAsync(storage, deployment.ConnectionString), collection),
            static contents => contents.Count == 0,
            "nothing of the vector store is left");
        await VerifyAsync(deployment, revived);
    }

    private static async Task<Simulator> StartVendorAsync()
    {
        var vendor = await Simulator.StartAsync();

        // Refused for good only when the other document is embedded, and was between two attempts at this one: so there is something to release.
        var last = -1;
        vendor.Respond = call =>
        {
            if (call.Model != "model-3" || call.Inputs?.Any(static text => text.Contains(Poison, StringComparison.Ordinal)) != true)
            {
                return new Reply();
            }

            var embedded = Embedded(vendor, "model-3");
            var isDone = embedded == Interlocked.Exchange(ref last, embedded) && embedded >= Embedded(vendor, "model-1");
            return new Reply { Fault = isDone ? new Fault(FaultKind.ContextLength) : new Fault(FaultKind.HttpStatus) { Status = 503 } };
        };
        return vendor;
    }

    private static Task<SiloProcess> StartAsync(Deployment deployment, Simulator vendor, string? killAt = null) =>
        deployment.StartAsync(killAt, Settings(vendor));

    private static (string, string)[] Settings(Simulator vendor) =>
    [
        ("OrleansAi:Vendors:texts:Kind", "openai"),
        ("OrleansAi:Vendors:texts:Endpoint", vendor.EndpointOf(Wire.OpenAiChat)),
        ("OrleansAi:Vendors:texts:ApiKey", "secret-key"),
        ("OrleansAi:Vendors:texts:MaxRetries", "0"),
        .. Route("default", "model-1"),
        .. Route("other", "model-2"),
        .. Route("refusing", "model-3"),
        ("OrleansAi:Collections:RetryAfterSeconds", "0.5"),
        ("OrleansAi:Collections:EmbeddingBatch", Batch.ToString(CultureInfo.InvariantCulture)),
    ];

    private static (string, string)[] Route(string name, string model) =>
    [
        ($"OrleansAi:Embeddings:{name}:Candidates:0:Vendor", "texts"),
        ($"OrleansAi:Embeddings:{name}:Candidates:0:Model", model),
    ];

    // Each process takes up what the one before has left, and dies one stage further on.
    private static async Task DieInTurnAsync(Deployment deployment, Simulator vendor, IEnumerable<string> stages)
    {
        foreach (var stage in stages)
        {
            // It may be dead before it was ready: what it finds is enough.
            Assert.True(await deployment.RunUntilDeadAsync(stage, Settings(vendor)) == 128 + 9, stage);
        }
    }

    // The answer may be cut off or not: what was asked for was acknowledged to nobody, or is durable.
    private static async Task UntilDeadAsync(SiloProcess silo, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            Assert.True(await silo.WaitForExitAsync() != 0, exception.Message);
        }

        Assert.Equal(128 + 9, await silo.WaitForExitAsync());
    }

    private static async Task<(string Collection, string File)> FillAsync(HttpClient http, bool withPoison = false)
    {
        var collection = (string)(await Api.PostAsync(
            http, "/v1/vector_stores", """{"name":"kill","chunking_strategy":{"type":"static","static":{"max_chunk_size_tokens":100,"chunk_overlap_tokens":0}}}"""))["id"]!;
        var file = await AddAsync(http, collection, string.Join("\n\n", Enumerable.Range(0, 60).Select(static i =>
            $"{Mark} {i} is about an orchard and its {i * 7} trees, which nobody has counted twice, and a wall of {i} stones.")));
        if (withPoison)
        {
            await AddAsync(http, collection, $"The last one is about {Poison}, which no orchard has.");
        }

        return (collection, file);
    }

    private static async Task<string> AddAsync(HttpClient http, string collection, string text)
    {
        using var form = new MultipartFormDataContent();
        using var purpose = new StringContent("assistants");
        using var content = new StringContent(text, Encoding.UTF8, "text/plain");
        form.Add(purpose, "purpose");
        form.Add(content, "file", "orchard.txt");
        var file = (string)(await Api.SendAsync(http, new HttpRequestMessage(HttpMethod.Post, "/v1/files") { Content = form }))["id"]!;
        await Api.PostAsync(http, $"/v1/vector_stores/{collection}/files", new JsonObject { ["file_id"] = file }.ToJsonString());
        await Eventually.GetAsync(
            () => Api.GetAsync(http, $"/v1/vector_stores/{collection}/files/{file}", HttpStatusCode.OK),
            static document => (string)document["status"]! == "completed",
            "the file is ingested");
        return file;
    }

    private static Task<JsonNode> ReindexAsync(HttpClient http, string collection, string route) =>
        Api.PostAsync(http, $"/v1/vector_stores/{collection}", new JsonObject { ["embedding_model"] = route }.ToJsonString());

    private static Task<JsonNode> GetAsync(HttpClient http, string collection) => Api.GetAsync(http, $"/v1/vector_stores/{collection}", HttpStatusCode.OK);

    private static Task<JsonNode> SwitchedAsync(HttpClient http, string collection, string model) => Eventually.GetAsync(
        () => GetAsync(http, collection), view => view["reindex"] is null && (string)view["embedding_model"]! == model, "the other index answers");

    // The stream of events ends when nothing is left to do, the release of what is not needed included.
    private static async Task ReleasedAsync(HttpClient http, string collection)
    {
        var told = await http.GetStringAsync($"/v1/vector_stores/{collection}/events");
        Assert.Contains("reindex.abandoned", told, StringComparison.Ordinal);
    }

    private static async Task<string> SearchAsync(HttpClient http, string collection)
    {
        var answer = await Api.PostAsync(http, $"/v1/vector_stores/{collection}/search", """{"query":"orchard trees and stones","max_num_results":50}""");
        foreach (var passage in answer["data"]!.AsArray())
        {
            passage!["file_id"] = "<file>";
        }

        return answer.ToJsonString();
    }

    private static async Task<string> ContentAsync(HttpClient http, string collection, string file) =>
        (await Api.GetAsync(http, $"/v1/vector_stores/{collection}/files/{file}/content")).ToJsonString().Replace(file, "<file>", StringComparison.Ordinal);

    private static async Task VerifyAsync(Deployment deployment, SiloProcess silo)
    {
        await silo.TerminateAsync();
        var (code, told, errors) = await deployment.RunAsync([], "verify");
        Assert.True(code == 0, told + errors);
    }

    private static int Embedded(Simulator vendor, string model) => vendor.Calls.Where(call => call.Model == model)
        .SelectMany(static call => call.Inputs ?? []).Count(static text => text.Contains(Mark, StringComparison.Ordinal));

    // How many bytes the collection's streams hold, one by one: what is in them is sealed with keys of their own.
    private static List<(string Stream, int Bytes)> ContentsOf(StoreDump dump, string collection) =>
    [
        .. dump.Tables["journal_contents"]
            .Select(static row => (Stream: (string)row["owner"], ((byte[])row["bytes"]).Length))
            .Where(row => row.Stream.Contains(collection, StringComparison.Ordinal))
            .Select(static row => (row.Stream.EndsWith(".contents", StringComparison.Ordinal) ? "contents" : "document", row.Length))
            .Order(),
    ];

    private static string Without(JsonNode view, string collection)
    {
        (view["created_at"], view["last_active_at"]) = (0, 0);
        return view.ToJsonString().Replace(collection, "<id>", StringComparison.Ordinal);
    }
}
