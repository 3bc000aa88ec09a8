using System.Text.Json.Nodes;
using OrleansAi.Testing;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Commentary and answer, from the vendor to the caller and back with the next turn.</summary>
public sealed class PhaseTests : IAsyncLifetime
{
    private static readonly string?[] Phases = ["commentary", "final_answer"];

    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-phases-").FullName;
    private Simulator? _simulator;
    private SiloProcess? _silo;

    public async ValueTask InitializeAsync()
    {
        _simulator = await Simulator.StartAsync();
        _simulator.Respond = static _ => new Reply
        {
            Messages = [new SimulatedMessage("I look it up.", "commentary"), new SimulatedMessage("It is sunny.", "final_answer", "https://weather.example/")],
        };
        var ports = Ports.Free(3);
        _silo = await SiloProcess.StartAsync(Deployment.SiloAssembly, _directory, new Dictionary<string, string>
        {
            ["urls"] = $"http://127.0.0.1:{ports[0]}",
            ["OrleansAi:Cluster:SiloPort"] = $"{ports[1]}",
            ["OrleansAi:Cluster:GatewayPort"] = $"{ports[2]}",
            ["OrleansAi:Vendors:one:Kind"] = "openai-responses",
            ["OrleansAi:Vendors:one:Endpoint"] = _simulator.EndpointOf(Wire.OpenAiResponses),
            ["OrleansAi:Vendors:one:ApiKey"] = "a-key",
            ["OrleansAi:Models:default:Candidates:0:Vendor"] = "one",
            ["OrleansAi:Models:default:Candidates:0:Model"] = "gpt-5",
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _silo!.DisposeAsync();
        await _simulator!.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Stream_TellsPhasesAndCitations_AndSoDoReplayBodyAndNextTurn()
    {
        var conversation = await Api.CreateConversationAsync(_silo!.Http);
        var live = await EventReader.ReadAsync(_silo.Http, Api.Turn(conversation, "weather?", stream: true));

        Assert.Equal(Phases, Items(live, "response.output_item.added").Select(static item => (string?)item["phase"]));
        var done = Items(live, "response.output_item.done");
        Assert.Equal(Phases, done.Select(static item => (string?)item["phase"]));
        Assert.Equal("https://weather.example/", (string?)done[1]["content"]![0]!["annotations"]![0]!["url"]);
        var part = live.Last(static next => (string?)next["type"] == "response.content_part.done")["part"]!;
        Assert.Equal("https://weather.example/", (string?)part["annotations"]![0]!["url"]);
        var added = Assert.Single(live, static next => (string?)next["type"] == "response.output_text.annotation.added");
        Assert.Equal(part["annotations"]![0]!.ToJsonString(), added["annotation"]!.ToJsonString());
        Assert.Equal("response.output_text.done", (string?)live[live.IndexOf(added) + 1]["type"]);
        var response = live[^1]["response"]!;
        Assert.Equal(done.Select(static item => item.ToJsonString()), response["output"]!.AsArray().Select(static item => item!.ToJsonString()));

        var id = (string)response["id"]!;
        var again = await EventReader.ReadAsync(_silo.Http, EventReader.Resume(id, null));
        Assert.Equal(live.Select(static next => next.ToJsonString()), again.Select(static next => next.ToJsonString()));
        Assert.Equal(response["output"]!.ToJsonString(), (await Api.GetAsync(_silo.Http, $"/v1/responses/{id}"))["output"]!.ToJsonString());

        await Api.SendAsync(_silo.Http, Api.Turn(conversation, "thanks"));
        var sent = _simulator!.Calls[^1].Body["input"]!.AsArray();
        Assert.Equal(Phases, sent.Where(static item => (string?)item!["role"] == "assistant").Select(static item => (string?)item!["phase"]));
        Assert.All(_simulator.Calls, static call => Assert.Null(call.Refused));
    }

    [Fact]
    public async Task ChatCompletions_SetCommentaryApart_WholeAndInChunks()
    {
        const string Whole = "I look it up.\n\nIt is sunny.";
        var completion = await Api.PostAsync(
            _silo!.Http, "/v1/chat/completions", """{"model":"default","messages":[{"role":"user","content":"weather?"}]}""");

        var message = completion["choices"]![0]!["message"]!;
        Assert.Equal(Whole, (string?)message["content"]);
        var citation = message["annotations"]![0]!["url_citation"]!;
        Assert.Equal("It is sunny.", Whole[(int)citation["start_index"]!..(int)citation["end_index"]!]);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(
                """{"model":"default","stream":true,"messages":[{"role":"user","content":"weather?"}]}""", System.Text.Encoding.UTF8, "application/json"),
        };
        using var answer = await _silo.Http.SendAsync(request);
        var chunks = (await answer.Content.ReadAsStringAsync()).Split('\n')
            .Where(static line => line.StartsWith("data: {", StringComparison.Ordinal))
            .Select(static line => JsonNode.Parse(line["data: ".Length..])!["choices"]![0]!["delta"]!).ToList();
        Assert.Equal(Whole, string.Concat(chunks.Select(static delta => (string?)delta["content"])));
        var streamed = Assert.Single(chunks, static delta => delta["annotations"] is not null)["annotations"]!;
        Assert.Equal(message["annotations"]!.ToJsonString(), streamed.ToJsonString());
    }

    private static List<JsonNode> Items(IEnumerable<JsonNode> events, string type) =>
        [.. events.Where(next => (string?)next["type"] == type).Select(static next => next["item"]!)];
}
