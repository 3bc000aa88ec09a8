using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>What a turn may leave out, what its answer tells, and compaction.</summary>
public sealed class TurnFieldTests(ClientsFixture clients) : IClassFixture<ClientsFixture>, IDisposable
{
    private readonly HttpClient _http = clients.Http();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Create_WithoutInput_GoesOnFromWhatThereIs()
    {
        var first = await Api.PostAsync(_http, "/v1/responses", """{"input":"hello"}""");
        var next = await Api.PostAsync(_http, "/v1/responses", $$"""{"previous_response_id":"{{first["id"]}}"}""");
        Assert.Equal("echo: hello", Api.Text(next));
        await Api.PostAsync(_http, "/v1/responses/input_tokens", $$"""{"previous_response_id":"{{next["id"]}}","input":null}""");

        var empty = await Api.CreateConversationAsync(_http);
        foreach (var body in new[] { "{}", """{"input":null}""", """{"input":[]}""", $$"""{"conversation":"{{empty}}"}""" })
        {
            var error = (await Api.PostAsync(_http, "/v1/responses", body, HttpStatusCode.BadRequest))["error"]!;
            Assert.Equal(("invalid_request", "input"), ((string)error["code"]!, (string)error["param"]!));
        }
    }

    [Theory]
    [InlineData("stream", "true")]
    [InlineData("store", "false")]
    [InlineData("metadata", "{}")]
    [InlineData("max_output_tokens", "20")]
    public async Task InputTokens_FieldOfATurnThatIsNotRead_IsRefused(string field, string value)
    {
        var error = (await Api.PostAsync(
            _http, "/v1/responses/input_tokens", $$"""{"input":"x","{{field}}":{{value}}}""", HttpStatusCode.BadRequest))["error"]!;

        Assert.Equal(field, (string)error["param"]!);
    }

    [Fact]
    public async Task Answers_NameTheModelThatAnswered()
    {
        Assert.Equal("claude-opus-4-8", (string)(await Api.PostAsync(_http, "/v1/responses", """{"model":"anthropic","input":"hello"}"""))["model"]!);
        Assert.Equal("gpt-5", (string)(await Api.PostAsync(
            _http, "/v1/chat/completions", """{"messages":[{"role":"user","content":"hello"}]}"""))["model"]!);
    }

    [Fact]
    public async Task Create_VendorAsksToWait_TellsItsCaller()
    {
        // Of a vendor that is left in peace for a while; no other test of this class asks it.
        using var answer = await _http.PostAsync("/v1/responses", new StringContent("""{"model":"azure","input":"busy"}""", Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("vendor_unavailable", (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!["code"]!);
        Assert.Equal(TimeSpan.FromSeconds(300), answer.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task Compact_LeavesNothingBehindAndRefusesWhatWouldLose()
    {
        var first = await Api.PostAsync(_http, "/v1/responses", """{"input":"hello"}""");
        using var answer = await _http.PostAsync(
            "/v1/responses/compact", new StringContent($$"""{"previous_response_id":"{{first["id"]}}"}""", Encoding.UTF8, "application/json"));
        var compaction = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal("response.compaction", (string)compaction["object"]!);
        Assert.True((int)compaction["usage"]!["input_tokens"]! > 0);
        await Api.GetAsync(_http, $"/v1/responses/{answer.Headers.GetValues("OrleansAi-Run-Id").Single()}", HttpStatusCode.NotFound);

        var cut = await Api.PostAsync(
            _http, "/v1/responses/compact", $$"""{"previous_response_id":"{{first["id"]}}","instructions":"a long one"}""", HttpStatusCode.BadGateway);
        Assert.Contains("cut (max_output_tokens)", (string)cut["error"]!["message"]!, StringComparison.Ordinal);

        var conversation = await Api.CreateConversationAsync(_http);
        var items = string.Join(',', Enumerable.Range(0, 20).Select(static i => $$"""{"role":"user","content":"{{i}}"}"""));
        await Api.PostAsync(_http, $"/v1/conversations/{conversation}/items", $$"""{"items":[{{items}}]}""");
        await Api.PostAsync(_http, $"/v1/conversations/{conversation}/items", $$"""{"items":[{{items}}]}""");
        var last = await Api.SendAsync(_http, Api.Turn(conversation, "and now"));
        var error = await Api.PostAsync(_http, "/v1/responses/compact", $$"""{"previous_response_id":"{{last["id"]}}"}""", HttpStatusCode.BadRequest);
        Assert.Equal("context_too_long", (string)error["error"]!["code"]!);
    }
}
