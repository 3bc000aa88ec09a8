using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>What a caller wishes is granted or refused by name, on every wire: never ignored, and never the vendor's fault.</summary>
[Collection(ClientsCollection.Name)]
public sealed class WishTests(ClientsFixture clients)
{
    [Theory]
    [InlineData("ollama", "\"tools\":[{\"type\":\"function\",\"name\":\"f\"}],\"tool_choice\":\"required\"", "tool_choice")]
    [InlineData("ollama", "\"text\":{\"verbosity\":\"low\"}", "text.verbosity")]
    [InlineData("ollama", "\"tools\":[{\"type\":\"function\",\"name\":\"f\"}],\"parallel_tool_calls\":false", "parallel_tool_calls")]
    [InlineData("anthropic", "\"presence_penalty\":1", "presence_penalty")]
    [InlineData("anthropic", "\"temperature\":1.5", "temperature")]
    [InlineData("anthropic", "\"text\":{\"format\":{\"type\":\"json_object\"}}", "text.format")]
    [InlineData("gemini", "\"tools\":[{\"type\":\"function\",\"name\":\"f\"}],\"parallel_tool_calls\":false", "parallel_tool_calls")]
    [InlineData("gemini", "\"reasoning\":{\"effort\":\"xhigh\"}", "reasoning.effort")]
    [InlineData("responses", "\"frequency_penalty\":1", "frequency_penalty")]
    [InlineData("default", "\"reasoning\":{\"summary\":\"detailed\"}", "reasoning.summary")]
    public Task Response_VendorHasNoWordForIt_IsRefusedByName(string route, string wish, string param) =>
        IsRefusedAsync("/v1/responses", $$"""{"model":"{{route}}","input":"hello",{{wish}}}""", param, $"'{route}'");

    [Theory]
    [InlineData("anthropic", """{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}""")]
    [InlineData("gemini", """{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo=","detail":"high"}""")]
    [InlineData("ollama", """{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo=","detail":"high"}""")]
    [InlineData("default", """{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE","detail":"high"}""")]
    public Task Response_CannotBeToldHowCloselyToLook_IsRefused(string route, string part) =>
        IsRefusedAsync("/v1/responses", $$"""{"model":"{{route}}","input":[{"role":"user","content":[{{part}}]}]}""", "input", "(detail)");

    [Theory]
    [InlineData("\"max_tokens\":5,\"max_completion_tokens\":6", "max_tokens")]
    [InlineData("\"user\":\"a\",\"safety_identifier\":\"b\"", "user")]
    public Task Completion_TwoNamesThatDisagree_IsRefused(string wish, string param) =>
        IsRefusedAsync("/v1/chat/completions", $$"""{"messages":[{"role":"user","content":"hello"}],{{wish}}}""", param, $"'{param}'");

    [Fact]
    public Task Completion_NameOfASpeakerWhereThereAreNone_IsRefused() => IsRefusedAsync(
        "/v1/chat/completions", """{"model":"gemini","messages":[{"role":"user","name":"ada","content":"hello"}]}""", "messages", "(name)");

    [Fact]
    public async Task Response_HintThatAVendorIsNotTold_IsNotedInItsChain()
    {
        using var http = Http();
        var response = await Api.PostAsync(
            http, "/v1/responses", """{"model":"gemini","input":"hello","safety_identifier":"u1","prompt_cache_key":"k","prompt_cache_retention":"24h"}""");

        var run = await Api.GetAsync(http, $"/api/runs/{response["id"]}");
        var notes = run["steps"]!.AsArray().SelectMany(static step => step!["verdicts"]?.AsArray() ?? [])
            .Where(static verdict => (string)verdict!["name"]! == "hint_not_taken").Select(static verdict => (string)verdict!["detail"]!);
        Assert.Equal(["safety_identifier", "prompt_cache_key", "prompt_cache_retention"], notes);
    }

    [Theory]
    [InlineData("anthropic", "\"seed\":7", "seed")]
    [InlineData("anthropic", "\"response_format\":{\"type\":\"json_object\"}", "response_format")]
    [InlineData("responses", "\"stop\":[\"x\"]", "stop")]
    [InlineData("gemini", "\"verbosity\":\"high\"", "verbosity")]
    public Task Completion_VendorHasNoWordForIt_IsRefusedByItsOwnName(string route, string wish, string param) =>
        IsRefusedAsync("/v1/chat/completions", $$"""{"model":"{{route}}","messages":[{"role":"user","content":"hello"}],{{wish}}}""", param, $"'{route}'");

    [Fact]
    public async Task Completion_Streamed_TellsTheParameterToo()
    {
        using var http = Http();
        using var answer = await http.PostAsync("/v1/chat/completions", Json(
            """{"model":"anthropic","stream":true,"messages":[{"role":"user","content":"hello"}],"response_format":{"type":"json_object"}}"""));
        var last = (await answer.Content.ReadAsStringAsync()).Trim().Split("\n\n")[^1];
        var error = JsonNode.Parse(last["data: ".Length..])!["error"]!;

        Assert.Equal(("invalid_request", "response_format"), ((string)error["code"]!, (string)error["param"]!));
    }

    [Theory]
    [InlineData("responses", "\"presence_penalty\":0,\"frequency_penalty\":0")]
    [InlineData("anthropic", "\"presence_penalty\":0")]
    public async Task Response_WishForWhatIsDoneAnyhow_IsGranted(string route, string wish)
    {
        using var http = Http();
        await Api.PostAsync(http, "/v1/responses", $$"""{"model":"{{route}}","input":"hello",{{wish}}}""");
    }

    private HttpClient Http() => clients.Http();

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private async Task IsRefusedAsync(string path, string body, string param, string named)
    {
        using var http = Http();
        var error = (await Api.PostAsync(http, path, body, HttpStatusCode.BadRequest))["error"]!;

        Assert.Equal(("invalid_request", param), ((string)error["code"]!, (string?)error["param"]));
        Assert.Contains(named, (string)error["message"]!, StringComparison.Ordinal);
    }
}
