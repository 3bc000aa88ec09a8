using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Testing;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

public sealed class OverloadTests(PostgreSqlFixture postgreSql)
{
    [Fact]
    public async Task Create_AllPlacesTaken_IsRefusedAndAdmittedWorkFinishes()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        await using var silo = await deployment.StartAsync(more: ("OrleansAi:Conversations:MaxOpenRuns", "3"));
        var gate = new TaskCompletionSource();
        deployment.Vendor.Behave = _ => new Behaviour { Gate = gate.Task };
        var admitted = Enumerable.Range(0, 3).Select(_ => PostAsync(silo.Http)).ToList();
        await Eventually.GetAsync(() => Task.FromResult(deployment.Vendor.Count), static calls => calls == 3, "three turns run");

        using var refused = await PostAsync(silo.Http);
        var error = JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["error"]!;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("overloaded", (string)error["code"]!);
        Assert.True(refused.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        gate.SetResult();
        foreach (var turn in admitted)
        {
            using var answer = await turn;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using var after = await PostAsync(silo.Http);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient http) =>
        http.PostAsync("/v1/responses", new StringContent("""{"input":"x"}""", Encoding.UTF8, "application/json"));
}
