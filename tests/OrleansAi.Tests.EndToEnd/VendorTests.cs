using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using OrleansAi.Testing;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>A silo between two vendors of the simulator: what callers and operators see when one of them fails.</summary>
public sealed class VendorTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-vendors-").FullName;
    private readonly Channel<JsonNode> _posted = Channel.CreateUnbounded<JsonNode>();
    private Simulator? _simulator;
    private SiloProcess? _silo;
    private WebApplication? _receiver;

    public async ValueTask InitializeAsync()
    {
        _simulator = await Simulator.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _receiver = builder.Build();
        _receiver.MapPost("/hook", async context => await _posted.Writer.WriteAsync((await JsonNode.ParseAsync(context.Request.Body))!));
        await _receiver.StartAsync();
        var ports = Ports.Free(3);
        _silo = await SiloProcess.StartAsync(Deployment.SiloAssembly, _directory, new Dictionary<string, string>
        {
            ["urls"] = $"http://127.0.0.1:{ports[0]}",
            ["OrleansAi:Cluster:SiloPort"] = $"{ports[1]}",
            ["OrleansAi:Cluster:GatewayPort"] = $"{ports[2]}",
            ["OrleansAi:Vendors:first:Kind"] = "anthropic",
            ["OrleansAi:Vendors:first:Endpoint"] = _simulator.EndpointOf(Wire.Anthropic),
            ["OrleansAi:Vendors:first:ApiKey"] = "a-secret-key",
            ["OrleansAi:Vendors:first:MaxRetries"] = "0",
            ["OrleansAi:Vendors:second:Kind"] = "gemini",
            ["OrleansAi:Vendors:second:Endpoint"] = _simulator.EndpointOf(Wire.Gemini),
            ["OrleansAi:Models:default:Candidates:0:Vendor"] = "first",
            ["OrleansAi:Models:default:Candidates:0:Model"] = "claude",
            ["OrleansAi:Models:default:Candidates:1:Vendor"] = "second",
            ["OrleansAi:Models:default:Candidates:1:Model"] = "gemini",
            ["OrleansAi:Models:default:ReturnAfterSeconds"] = "1",
            ["OrleansAi:Alerts:WebhookUrl"] = $"{_receiver.Urls.First()}/hook",
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _silo!.DisposeAsync();
        await _receiver!.DisposeAsync();
        await _simulator!.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Fallback_AfterACutStream_IsANewItem_AndTheTurnGoesOnInTheTranscript()
    {
        _simulator!.Respond = static call => call.Wire == Wire.Anthropic
            ? new Reply { Text = "lost words that nobody must join", Fault = new Fault(FaultKind.Cut) { AtChunk = 3 }, ChunkDelay = TimeSpan.FromMilliseconds(30) }
            : new Reply { Text = "the whole answer" };

        var events = await StreamAsync("""{"input":"hello","stream":true}""");

        var done = events.Where(static next => (string?)next["type"] == "response.output_item.done").Select(static next => next["item"]!).ToList();
        Assert.Equal(["incomplete", "completed"], done.Select(static item => (string)item["status"]!));
        Assert.Equal("the whole answer", (string)done[1]["content"]![0]!["text"]!);
        var response = events[^1]["response"]!;
        Assert.Equal("completed", (string)response["status"]!);

        var trace = await Api.GetAsync(_silo!.Http, $"/api/runs/{(string)response["id"]!}");
        var model = trace["steps"]!.AsArray().Single(static step => (string)step!["stage"]! == "model_execution")!;
        Assert.Equal("second", (string)model["vendor"]!);
        var attempts = model["vendor_attempts"]!.AsArray();
        Assert.Equal(["cut", null], attempts.Select(static attempt => (string?)attempt!["cause"]));
        Assert.Equal(["maybe", "billed"], attempts.Select(static attempt => (string)attempt!["billing"]!));
        Assert.All(attempts, static attempt => Assert.Equal(64, ((string)attempt!["response_hash"]!).Length));

        // The other vendor takes the transcript of the first: one turn with each.
        _simulator.Respond = static call => new Reply { Text = $"seen {call.Wire}" };
        var next = await Eventually.GetAsync(
            () => Api.PostAsync(_silo.Http, "/v1/responses", """{"input":"again"}"""),
            static answer => Api.Text(answer) == "seen Anthropic",
            "the first vendor is asked again");
        Assert.Equal("completed", (string)next["status"]!);
        Assert.All(_simulator.Calls, static call => Assert.Null(call.Refused));
    }

    [Fact]
    public async Task OperatorsPages_SayWhatIsWrongSinceWhenAndWhatToDo()
    {
        _simulator!.Respond = static call => call.Wire == Wire.Anthropic
            ? new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = 401 } }
            : new Reply { Text = "fine" };
        Assert.Equal("fine", Api.Text(await Api.PostAsync(_silo!.Http, "/v1/responses", """{"input":"hello"}""")));

        var vendors = await Eventually.GetAsync(
            () => Api.GetAsync(_silo.Http, "/api/vendors"),
            static page => (string?)page["data"]?[0]?["state"] == "failing",
            "the first vendor is shown as failing");

        var first = vendors["data"]![0]!;
        Assert.Equal("first", (string)first["name"]!);
        Assert.Contains("401", (string)first["why"]!, StringComparison.Ordinal);
        Assert.Contains("Check the key", (string)first["what_to_do"]!, StringComparison.Ordinal);
        Assert.NotNull(first["since"]);
        Assert.Equal("anthropic.messages.1", (string)first["models"]![0]!["contract"]!);
        Assert.DoesNotContain("a-secret-key", vendors.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("first", (string)(await Api.GetAsync(_silo.Http, "/api/vendors/first"))["name"]!);
        Assert.Contains("first", (string)(await Api.GetAsync(_silo.Http, "/api/vendors/nobody", System.Net.HttpStatusCode.NotFound))["detail"]!, StringComparison.Ordinal);

        var alert = (await Api.GetAsync(_silo.Http, "/api/alerts"))["data"]![0]!;
        Assert.Equal(("vendor_down", "active", "first"), ((string)alert["kind"]!, (string)alert["status"]!, (string)alert["vendor"]!));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.Equal((string)alert["id"]!, (string)(await _posted.Reader.ReadAsync(patience.Token))["id"]!);

        _simulator.Respond = static _ => new Reply { Text = "well again" };
        await Eventually.GetAsync(
            async () =>
            {
                await Api.PostAsync(_silo.Http, "/v1/responses", """{"input":"hello"}""");
                return (await Api.GetAsync(_silo.Http, "/api/alerts"))["data"]![0]!;
            },
            static one => (string)one["status"]! == "ended",
            "the alert ends by itself");
    }

    private async Task<List<JsonNode>> StreamAsync(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/responses")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        using var answer = await _silo!.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var events = new List<JsonNode>();
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("data: {", StringComparison.Ordinal))
            {
                events.Add(JsonNode.Parse(line["data: ".Length..])!);
            }
        }

        return events;
    }
}
