using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Testing;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>The chain of a run says what carried it out, where its route led and why, what it cost and took.</summary>
public sealed class TraceTests : SimulatedSiloTests
{
    protected override void Configure(Dictionary<string, string> settings)
    {
        AddVendor(settings, "chat", "openai", Wire.OpenAiChat, retries: 1);
        AddVendor(settings, "anthropic", "anthropic", Wire.Anthropic, retries: 1);
        settings["OrleansAi:Models:priced:Candidates:0:Vendor"] = "chat";
        settings["OrleansAi:Models:priced:Candidates:0:Model"] = "first";
        settings["OrleansAi:Models:priced:Candidates:0:InputPrice"] = "2.5";
        settings["OrleansAi:Models:priced:Candidates:0:CachedInputPrice"] = "1.25";
        settings["OrleansAi:Models:priced:Candidates:0:OutputPrice"] = "10";
        settings["OrleansAi:Models:priced:Candidates:1:Vendor"] = "anthropic";
        settings["OrleansAi:Models:priced:Candidates:1:Model"] = "second";
        settings["OrleansAi:Models:priced:Candidates:1:InputPrice"] = "1";
        settings["OrleansAi:Models:priced:Candidates:1:OutputPrice"] = "1";
    }

    [Fact]
    public async Task Trace_AnAnswer_NamesWhatMadeItAndWhatItCost()
    {
        Simulator.Respond = static _ => new Reply { Text = "It is.", CachedTokens = 1 };
        var run = await TraceAsync("""{"model":"priced","input":"Is it?","instructions":"be brief","temperature":0.5}""");

        var attempt = Assert.Single(run["attempts"]!.AsArray())!;
        Assert.Equal((1, "ended"), ((int)attempt["attempt"]!, (string)attempt["outcome"]!));
        foreach (var part in run["steps"]!.AsArray().Append(attempt))
        {
            Assert.Equal((string)attempt["build"]!["version"]!, (string)part!["build"]!["version"]!);
            Assert.Equal(12, ((string)part["configuration"]!).Length);
            Assert.NotEmpty((string)part["activation"]!);
            Assert.NotEmpty((string)part["silo"]!);
        }

        Assert.Equal(64, ((string)run["instructions_hash"]!).Length);
        Assert.Equal(0.5, (double)run["parameters"]!["temperature"]!);
        var (assembly, model) = (run["steps"]![1]!, run["steps"]![2]!);
        Assert.Equal("first_candidate", (string)assembly["route"]!["reason"]!);
        Assert.Equal("first", (string)assembly["route"]!["model"]!);
        var call = Assert.Single(model["vendor_attempts"]!.AsArray())!;
        Assert.Equal("openai.chat.1", (string)call["contract_version"]!);
        var usage = model["usage"]!;
        var expected = (((int)usage["input_tokens"]! - 1) * 2.5m + 1.25m + (int)usage["output_tokens"]! * 10m) / 1_000_000m;
        Assert.Equal(expected, (decimal)run["cost"]!);
        Assert.Equal(expected, (decimal)call["cost"]!);
        var timing = run["timing"]!;
        Assert.Equal(0, (double)timing["lost_ms"]!);
        Assert.InRange((double)timing["storage_ms"]!, 0.001, (double)timing["total_ms"]! + 1);
        Assert.True(timing["queue_ms"] is not null && timing["vendor_ms"] is not null && timing["own_ms"] is not null);
    }

    [Fact]
    public async Task Trace_AFallback_TellsWhyEachCallWasMade()
    {
        Simulator.Respond = static call => call.Wire == Wire.OpenAiChat
            ? new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = 500 } }
            : new Reply { Text = "the other" };
        var first = await TraceAsync("""{"model":"priced","input":"Whoever?"}""");
        Assert.Equal(
            ["first", "retry", "fallback"],
            first["steps"]![2]!["vendor_attempts"]!.AsArray().Select(static call => (string)call!["reason"]!));
        var usage = first["usage"]!;
        Assert.Equal(((int)usage["input_tokens"]! + (int)usage["output_tokens"]!) / 1_000_000m, (decimal)first["cost"]!);

        var second = await TraceAsync("""{"model":"priced","input":"Again?"}""");
        var route = second["steps"]![1]!["route"]!;
        Assert.Equal(("passed_over", "second"), ((string)route["reason"]!, (string)route["model"]!));
        Assert.Equal("first", (string)Assert.Single(route["passed_over"]!.AsArray())!["model"]!);
        Assert.NotEmpty((string)route["passed_over"]![0]!["cause"]!);
    }

    [Fact]
    public async Task Step_EveryStageAndByte_IsThere()
    {
        Simulator.Respond = static call => call.Wire == Wire.OpenAiChat
            ? new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = 400 } }
            : new Reply { Text = "It is 東京." };
        foreach (var stream in (bool[])[false, true])
        {
            var asked = Simulator.Count;
            using var response = await Http.PostAsync("/v1/responses", new StringContent(
                $$"""{"model":"priced","input":"Is it?","instructions":"be brief","stream":{{(stream ? "true" : "false")}}}""", Encoding.UTF8, "application/json"));
            var id = response.Headers.GetValues("OrleansAi-Run-Id").Single();
            await response.Content.ReadAsStringAsync();
            var admission = await StepAsync(id, 0);
            Assert.Equal("be brief", (string)admission["input"]!["instructions"]!);
            Assert.Equal("Is it?", (string)admission["input"]!["items"]![0]!["content"]![0]!["text"]!);
            Assert.Equal(2, (await StepAsync(id, 1))["output"]!["messages"]!.AsArray().Count);
            Assert.Equal("completed", (string)(await StepAsync(id, 3))["output"]!["status"]!);

            var step = await StepAsync(id, 2);
            Assert.Equal("It is 東京.", (string)step["output"]!["text"]!);
            var attempts = step["vendor_attempts"]!.AsArray();
            Assert.Equal(2, attempts.Count);
            for (var call = 0; call < attempts.Count; call++)
            {
                var (request, kind) = await BytesAsync(id, $"part=request&call={call}");
                Assert.Equal("application/json", kind);
                Assert.Equal((string)attempts[call]!["request_hash"]!, Hash(request));
                Assert.Equal(Encoding.UTF8.GetString(request), (string)step["exchanges"]![call]!["request"]!["text"]!);
                var (answer, answerKind) = await BytesAsync(id, $"part=response&call={call}");
                Assert.Equal((string)attempts[call]!["response_hash"]!, Hash(answer));
                Assert.Equal(stream && call == 1 ? "text/event-stream" : "application/json", answerKind);
            }

            Assert.Equal(asked + attempts.Count, Simulator.Count);
        }
    }

    [Fact]
    public async Task Step_WhatIsNotThere_IsRefusedByName()
    {
        var id = (string)(await Api.PostAsync(Http, "/v1/responses", """{"input":"kept"}"""))["id"]!;
        Assert.Equal("step_not_found", (string)(await StepAsync(id, 4, HttpStatusCode.NotFound))["code"]!);
        Assert.Equal("content_not_kept", (string)(await StepAsync(id, 2, HttpStatusCode.Gone, "?part=request"))["code"]!);
        using (await Http.DeleteAsync($"/v1/responses/{id}"))
        {
            Assert.Equal("content_not_kept", (string)(await StepAsync(id, 0, HttpStatusCode.Gone))["code"]!);
        }

        var forgotten = (string)(await Api.PostAsync(Http, "/v1/responses", """{"input":"secret","store":false}"""))["id"]!;
        var refusal = await StepAsync(forgotten, 2, HttpStatusCode.Gone);
        Assert.Contains("store: false", (string)refusal["detail"]!, StringComparison.Ordinal);
        Assert.Equal("response_not_found", (string)(await StepAsync("resp_none", 0, HttpStatusCode.NotFound))["code"]!);
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private Task<JsonNode> StepAsync(string run, int step, HttpStatusCode expected = HttpStatusCode.OK, string query = "") =>
        Api.GetAsync(Http, $"/api/runs/{run}/steps/{step}{query}", expected);

    private async Task<(byte[] Bytes, string Kind)> BytesAsync(string run, string query)
    {
        using var answer = await Http.GetAsync($"/api/runs/{run}/steps/2?{query}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        return (await answer.Content.ReadAsByteArrayAsync(), answer.Content.Headers.ContentType!.MediaType!);
    }

    private async Task<JsonNode> TraceAsync(string request)
    {
        var response = await Api.PostAsync(Http, "/v1/responses", request);
        return await Api.GetAsync(Http, $"/api/runs/{response["id"]}");
    }
}
