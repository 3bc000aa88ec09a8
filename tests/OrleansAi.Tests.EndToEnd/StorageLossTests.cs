using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>A database that is gone is told as that, whatever was asked.</summary>
public sealed class StorageLossTests
{
    [Fact]
    public async Task Requests_WhileTheDatabaseIsGone_GetStorageUnavailable()
    {
        await using var server = new PostgreSqlFixture();
        await server.InitializeAsync();
        await using var deployment = await Deployment.CreateAsync(Storage.PostgreSql, server);
        await using var silo = await deployment.StartAsync();
        var conversation = await Api.CreateConversationAsync(silo.Http);
        var run = (string)(await Api.SendAsync(silo.Http, Api.Turn(conversation, "hello")))["id"]!;
        var completion = (string)(await Api.PostAsync(
            silo.Http, "/v1/chat/completions", """{"store":true,"messages":[{"role":"user","content":"hello"}]}"""))["id"]!;
        await server.Instance.StopAsync();

        // Writes are another matter: one whose outcome is not known is tried until it is (GroupCommitJournal).
        foreach (var (method, path, body) in new (string, string, string?)[]
        {
            ("GET", $"/v1/responses/{run}", null),
            ("GET", $"/v1/responses/{run}?stream=true", null),
            ("GET", $"/v1/responses/{run}/input_items", null),
            ("POST", $"/v1/responses/{run}/cancel", null),
            ("DELETE", $"/v1/responses/{run}", null),
            ("POST", "/v1/responses", $$"""{"input":"x","previous_response_id":"{{run}}"}"""),
            ("POST", "/v1/responses/compact", $$"""{"previous_response_id":"{{run}}"}"""),
            ("GET", $"/v1/conversations/{conversation}/items", null),
            ("GET", "/v1/conversations/conv_00000000000000000000000000", null),
            ("GET", "/v1/chat/completions", null),
            ("GET", $"/v1/chat/completions/{completion}", null),
            ("GET", $"/v1/chat/completions/{completion}/messages", null),
            ("GET", "/api/runs", null),
            ("GET", $"/api/runs/{run}", null),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Parse(method), path)
            {
                Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
            };
            using var answer = await silo.Http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();

            Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable, $"{method} {path}: {(int)answer.StatusCode} {text}");
            var json = JsonNode.Parse(text)!;
            Assert.Equal("storage_unavailable", (string?)(json["error"]?["code"] ?? json["code"]));
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        Assert.DoesNotContain("failed by a defect", silo.Output, StringComparison.Ordinal);
    }
}
