using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>A silo is killed behind each step of a search: the turn ends by itself, and no finished step is done again.</summary>
public sealed class FileSearchKillTests(PostgreSqlFixture postgreSql)
{
    private const string Fact = "The ferry to Skellig leaves at seven.";

    [Theory]
    [InlineData("after-embedding", 1)]
    [InlineData("after-retrieval", 2)]
    [InlineData("after-assembly", 3)]
    [InlineData("after-end", 4)]
    public async Task Kill_BehindAStepOfASearch_TheStepsBeforeAreTaken(string point, int finished)
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        string conversation;
        await using (var silo = await deployment.StartAsync(point))
        {
            var store = await StoreAsync(silo.Http);
            conversation = await Api.CreateConversationAsync(silo.Http);
            var asked = Api.PostAsync(silo.Http, "/v1/responses", $$"""
                {"conversation":"{{conversation}}","input":"When does the ferry leave?","tools":[{"type":"file_search","vector_store_ids":["{{store}}"]}]}
                """);
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => asked);
            await silo.WaitForExitAsync();
        }

        string run;
        await using (var revived = await deployment.StartAsync())
        {
            run = (string)(await Api.RunsEndedAsync(revived.Http, conversation, 1))[0]["id"]!;
            var trace = await Api.GetAsync(revived.Http, $"/api/runs/{run}");
            Assert.Equal("completed", (string?)trace["status"]);
            var steps = trace["steps"]!.AsArray().Where(static step => (string)step!["stage"]! is not ("admission" or "completion")).ToList();
            Assert.Equal(["embedding", "retrieval", "prompt_assembly", "model_execution"], steps.Select(static step => (string)step!["stage"]!));
            Assert.Equal(Enumerable.Range(0, 4).Select(place => place < finished ? 1 : 2), steps.Select(static step => (int)step!["attempt"]!));
            Assert.Equal(1, deployment.Vendor.Count);
            var replay = await Api.PostAsync(revived.Http, $"/api/runs/{run}/replay", "{}");
            Assert.True((bool)replay["identical"]!, replay.ToJsonString());
            var events = await revived.Http.GetStringAsync($"/v1/responses/{run}?stream=true");
            Assert.Single(events.Split('\n'), static line => line.StartsWith("event: response.file_search_call.completed", StringComparison.Ordinal));
            using (await revived.Http.DeleteAsync($"/v1/responses/{run}"))
            {
                var left = await Api.GetAsync(revived.Http, $"/api/runs/{run}");
                var retrieval = left["steps"]!.AsArray().Single(static step => (string)step!["stage"]! == "retrieval")!["retrieval"]!;
                Assert.Null(retrieval["query"]);
                Assert.NotNull(retrieval["collections"]![0]!["version"]);
            }

            Assert.Equal(0, await revived.TerminateAsync());
        }

        var verified = await deployment.RunAsync([], "verify");
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Errors);
    }

    private static async Task<string> StoreAsync(HttpClient http)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("assistants"), "purpose" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(Fact)) { Headers = { ContentType = new MediaTypeHeaderValue("text/markdown") } }, "file", "ferry.md" },
        };
        using var uploaded = await http.PostAsync("/v1/files", form);
        Assert.Equal(HttpStatusCode.OK, uploaded.StatusCode);
        var file = (string)JsonNode.Parse(await uploaded.Content.ReadAsStringAsync())!["id"]!;
        var store = (string)(await Api.PostAsync(http, "/v1/vector_stores", $$"""{"file_ids":["{{file}}"]}"""))["id"]!;
        await Eventually.GetAsync(() => Api.GetAsync(http, $"/v1/vector_stores/{store}"), static one => (string)one["status"]! == "completed", "the store is ready");
        return store;
    }
}
