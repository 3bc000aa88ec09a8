using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using OrleansAi.Testing;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>How the programs start, refuse to start and stop.</summary>
public sealed partial class StartTests(PostgreSqlFixture postgreSql)
{
    [Fact]
    public async Task Start_NoConfigurationAtAll_AnswersOnTheDocumentedAddress()
    {
        var directory = Directory.CreateTempSubdirectory("orleansai-start-").FullName;
        await using (var silo = await SiloProcess.StartAsync(
            Deployment.SiloAssembly, directory, new Dictionary<string, string> { ["urls"] = "http://localhost:5080" }))
        {
            var first = await Api.PostAsync(silo.Http, "/v1/responses", """{"input":"My cat is called Mimi."}""");
            var second = await Api.PostAsync(
                silo.Http, "/v1/responses", $$"""{"input":"What is my cat called?","previous_response_id":"{{first["id"]}}"}""");

            Assert.Contains("Mimi", Api.Text(second), StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(directory, "data", "orleansai.db")));
            Assert.Equal(0, await silo.TerminateAsync());
        }

        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData("urls", "http://0.0.0.0:5999", "loopback")]
    [InlineData("urls", "http://*:5999", "loopback")]
    [InlineData("OrleansAi:Storrage:Provider", "Sqlite", "OrleansAi:Storrage:Provider")]
    [InlineData("OrleansAi:Models:default:Candidates:0:Vendor", "nobody", "nobody")]
    [InlineData("OrleansAi:Vendors:x:Kind", "telepathy", "telepathy")]
    [InlineData("OrleansAi:Cluster:Mode", "PostgreSql", "OrleansAi:Storage:Provider=PostgreSql")]
    [InlineData("OrleansAi:Auth:Mode", "Open", "Local or Keys")]
    [InlineData("OrleansAi:Auth:Mode", "Keys", "OrleansAi:Auth:HashKey")]
    [InlineData("OrleansAi:Limits:Key:TokensPerMinute", "0", "OrleansAi:Limits:Key:TokensPerMinute")]
    [InlineData("OrleansAi:Conversations:WindowMessages", "0", "WindowMessages")]
    [InlineData("OrleansAi:Retention:MaxAge", "-00:00:05", "OrleansAi:Retention:MaxAge is -00:00:05")]
    [InlineData("OrleansAi:Retention:MaxAge", "soon", "'soon' at 'OrleansAi:Retention:MaxAge'")]
    [InlineData("OrleansAi:Retention:MaxBytes", "-1", "OrleansAi:Retention:MaxBytes is -1")]
    [InlineData("OrleansAi:Retention:PassSeconds", "0", "PassSeconds")]
    [InlineData("OrleansAi:Retention:Tenants:acme:MaxBytes", "-1", "OrleansAi:Retention:Tenants:acme:MaxBytes is -1")]
    [InlineData("OrleansAi:Retention:Tenants:acme:MaxDays", "1", "OrleansAi:Retention:Tenants:acme:MaxDays")]
    public async Task Start_BadConfiguration_IsRefusedInOneClearLine(string key, string value, string expected)
    {
        var directory = Directory.CreateTempSubdirectory("orleansai-start-").FullName;
        var settings = new Dictionary<string, string> { ["urls"] = $"http://127.0.0.1:{Ports.Free(1)[0]}" };
        settings[key] = value;
        await using (var silo = await SiloProcess.StartAsync(Deployment.SiloAssembly, directory, settings, waitsForReady: false))
        {
            Assert.Equal(1, await silo.WaitForExitAsync());
            var line = Assert.Single(silo.Output.Split('\n'), static line => line.StartsWith("OrleansAi cannot start", StringComparison.Ordinal));
            Assert.Contains(expected, line, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Start_EveryDocumentedNumberAtItsDefault_IsKnown()
    {
        var directory = Directory.CreateTempSubdirectory("orleansai-start-").FullName;
        var settings = new Dictionary<string, string> { ["urls"] = $"http://127.0.0.1:{Ports.Free(1)[0]}" };
        foreach (Match row in Documented().Matches(await File.ReadAllTextAsync(Deployment.PathOf("docs", "configuration.md"))))
        {
            settings[row.Groups[1].Value] = row.Groups[2].Value;
        }

        Assert.True(settings.Count > 25, $"{settings.Count} settings");
        var ports = Ports.Free(2);
        (settings["OrleansAi:Cluster:SiloPort"], settings["OrleansAi:Cluster:GatewayPort"]) = ($"{ports[0]}", $"{ports[1]}");
        await using (var silo = await SiloProcess.StartAsync(Deployment.SiloAssembly, directory, settings))
        {
            Assert.Equal(0, await silo.TerminateAsync());
        }

        Directory.Delete(directory, recursive: true);
    }

    [GeneratedRegex(@"^\| `(OrleansAi:[A-Za-z:]+)` \| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Documented();

    [Fact]
    public async Task Stop_WhileATurnRuns_DrainsAndExitsWithZero()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        deployment.Vendor.Behave = static _ => new Behaviour { Delay = TimeSpan.FromSeconds(2) };
        await using var silo = await deployment.StartAsync();
        var conversation = await Api.CreateConversationAsync(silo.Http);
        var run = await Api.SendAsync(silo.Http, Api.Turn(conversation, "drain me", background: true));
        await Eventually.GetAsync(() => Task.FromResult(deployment.Vendor.Count), static calls => calls == 1, "the vendor is called");

        var stopped = Stopwatch.GetTimestamp();
        Assert.Equal(0, await silo.TerminateAsync());
        Assert.True(Stopwatch.GetElapsedTime(stopped) < TimeSpan.FromSeconds(25));

        await using var revived = await deployment.StartAsync();
        await Api.RunsEndedAsync(revived.Http, conversation, 1);
        Assert.Equal("completed", (string)(await Api.GetAsync(revived.Http, $"/v1/responses/{run["id"]}"))["status"]!);
        Assert.Equal(1, deployment.Vendor.Count);
    }

    [Fact]
    public async Task Kill_OneOfTwoSilos_ItsTurnsEndOnTheOtherWithNobodyAsking()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.PostgreSql, postgreSql);
        var gate = new TaskCompletionSource();
        deployment.Vendor.Behave = call => call.LastMessage == "held" ? new Behaviour { Gate = gate.Task } : new Behaviour();
        await using var first = await deployment.StartMemberAsync();
        await using var second = await deployment.StartMemberAsync();
        var conversations = new List<string>();
        for (var i = 0; i < 8; i++)
        {
            conversations.Add(await Api.CreateConversationAsync(first.Http));
            await Api.SendAsync(first.Http, Api.Turn(conversations[i], "held", background: true));
        }

        await Eventually.GetAsync(() => Task.FromResult(deployment.Vendor.Count), static calls => calls == 8, "all turns run");
        await second.KillAsync();
        gate.SetResult();

        // The cluster needs 10 to 15 s to declare a silo dead.
        foreach (var conversation in conversations)
        {
            await Eventually.GetAsync(
                () => Api.RunsAsync(first.Http, conversation),
                static runs => runs.Count == 1 && (string)runs[0]["status"]! == "completed",
                $"the turn of {conversation} ends",
                seconds: 60);
            Assert.Equal(["user", "assistant"], (await Api.ItemsAsync(first.Http, conversation)).Select(static item => item.Role));
        }

        Assert.InRange(deployment.Vendor.Count, 8, 16);
    }

    [Fact]
    public async Task Requests_BadInput_GetNamedErrors()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        await using var silo = await deployment.StartAsync(more: ("OrleansAi:Http:MaxBodyBytes", "20000"));
        foreach (var (path, body, status, code, param) in new (string, string, HttpStatusCode, string, string?)[]
        {
            ("/v1/responses", "", HttpStatusCode.BadRequest, "invalid_request", null),
            ("/v1/responses", "{", HttpStatusCode.BadRequest, "invalid_request", null),
            ("/v1/responses", "[]", HttpStatusCode.BadRequest, "invalid_request", null),
            ("/v1/responses", "{}", HttpStatusCode.BadRequest, "invalid_request", "input"),
            ("/v1/responses", """{"input":"x","temperature":3}""", HttpStatusCode.BadRequest, "invalid_request", "temperature"),
            ("/v1/responses", """{"input":"x","max_output_tokens":1}""", HttpStatusCode.BadRequest, "invalid_request", "max_output_tokens"),
            ("/v1/responses", """{"input":"x","tools":[{"type":"function"}]}""", HttpStatusCode.BadRequest, "invalid_request", "tools[0].name"),
            ("/v1/responses", """{"input":"x","store":false,"background":true}""", HttpStatusCode.BadRequest, "invalid_request", "background"),
            ("/v1/responses", """{"input":[{"role":"user","content":[{"type":"input_image"}]}]}""", HttpStatusCode.BadRequest, "invalid_request", "input[0].content[0].image_url"),
            ("/v1/responses", """{"input":"\ud800"}""", HttpStatusCode.BadRequest, "invalid_request", "input"),
            ("/v1/responses", """{"input":"x","nonsense":1}""", HttpStatusCode.BadRequest, "invalid_request", "nonsense"),
            ("/v1/responses", """{"input":"x","metadata":{"a":1}}""", HttpStatusCode.BadRequest, "invalid_request", "metadata"),
            ("/v1/responses", """{"input":"x","model":"nope"}""", HttpStatusCode.NotFound, "model_not_found", "model"),
            ("/v1/responses", """{"input":"x","conversation":"conv_nope"}""", HttpStatusCode.NotFound, "conversation_not_found", null),
            ("/v1/responses", """{"input":"x","previous_response_id":"resp_nope"}""", HttpStatusCode.NotFound, "previous_response_not_found", "previous_response_id"),
            ("/v1/responses", $$"""{"input":"{{new string('x', 30_000)}}"}""", HttpStatusCode.RequestEntityTooLarge, "request_too_large", null),
            ("/v1/chat/completions", """{"messages":[]}""", HttpStatusCode.BadRequest, "invalid_request", "messages"),
            ("/v1/chat/completions", """{"messages":[{"role":"pope","content":"x"}]}""", HttpStatusCode.BadRequest, "invalid_request", "messages[0].role"),
            ("/v1/responses/resp_nope/cancel", "", HttpStatusCode.NotFound, "response_not_found", null),
            ("/v1/nothing", "", HttpStatusCode.NotFound, "invalid_request", null),
        })
        {
            var error = (await Api.PostAsync(silo.Http, path, body, status))["error"]!;
            Assert.Equal((code, param), ((string)error["code"]!, (string?)error["param"]));
        }

        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/v1/models") { Headers = { Host = "evil.example" } };
        using var refused = await silo.Http.SendAsync(rebound);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        var problem = await Api.GetAsync(silo.Http, "/api/runs?limit=0", HttpStatusCode.BadRequest);
        Assert.Equal("invalid_request", (string)problem["code"]!);
        Assert.Equal("invalid_request", (string)(await Api.GetAsync(silo.Http, "/api/runs?typo=1", HttpStatusCode.BadRequest))["code"]!);
        Assert.Equal("response_not_found", (string)(await Api.GetAsync(silo.Http, "/api/runs/resp_nope", HttpStatusCode.NotFound))["code"]!);
        Assert.Equal(0, deployment.Vendor.Count);
    }
}
