using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansAi.Testing;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.EndToEnd.Deletion;

/// <summary>
/// What was deleted is looked for in every byte of the store, and everything sealed is tried with every key that is left.
/// </summary>
public sealed partial class DeletionTests(PostgreSqlFixture postgreSql) : IAsyncLifetime
{
    private const string Mark = "zqMARK";

    // Of turns that are deleted as a whole or not kept.
    private static readonly string[] Gone =
    [
        "response-question", "response-lost", "response-answer", "conversation-meta", "conversation-item", "conversation-question",
        "conversation-answer", "unstored-question", "unstored-answer", "unstored-instructions", "hidden-question", "hidden-answer",
    ];

    // Of the turn of which two items are deleted.
    private static readonly string[] Items = ["item-question", "item-arguments"];

    private static readonly string[] Kept =
    [
        "kept-meta", "kept-question", "kept-answer", "turn-long", "turn-instructions", "turn-tool", "turn-meta", "turn-thought", "turn-answer",
    ];

    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-deletion-").FullName;
    private readonly int[] _ports = Ports.Free(3);
    private Simulator? _simulator;
    private SiloProcess? _silo;
    private string _connectionString = "";

    private HttpClient Http => _silo!.Http;

    public async ValueTask InitializeAsync()
    {
        _simulator = await Simulator.StartAsync();
        _simulator.Respond = Respond;
    }

    public async ValueTask DisposeAsync()
    {
        if (_silo is not null)
        {
            await _silo.DisposeAsync();
        }

        await _simulator!.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(Storage.Sqlite)]
    [InlineData(Storage.PostgreSql)]
    public async Task Delete_ItemResponseConversationAndUnstored_NothingOfThemIsLeftInTheStore(Storage storage)
    {
        await StartAsync(storage);
        var kept = await CreateAsync("kept", withItem: false);
        var turn = await TurnAsync(kept, Turn());
        var response = await StreamAsync(new JsonObject { ["input"] = M("response-question"), ["conversation"] = kept, ["stream"] = true });
        await TurnAsync(kept, new JsonObject { ["input"] = M("kept-question") });
        await TurnAsync(kept, new JsonObject { ["input"] = M("unstored-question"), ["instructions"] = Long("unstored-instructions"), ["store"] = false });
        var hidden = await TurnAsync(null, new JsonObject { ["input"] = Long("hidden-question"), ["store"] = false });
        var conversation = await CreateAsync("conversation", withItem: true);
        await TurnAsync(conversation, new JsonObject { ["input"] = M("conversation-question") });

        // Nothing stands in the clear, deleted or not, and what was not to be stored is gone already.
        var before = await StoreDump.ReadAsync(storage, _connectionString);
        Assert.False(before.Holds(Mark));
        var readable = StoreBreaker.Open(before);
        Assert.Equal(
            [.. Kept, .. Items, .. Gone.Where(static mark => mark[0] is 'r' or 'c')],
            Kept.Concat(Items).Concat(Gone).Where(mark => readable.Contains(M(mark), StringComparison.Ordinal)));
        var secrets = SecretsOf(before);

        var items = turn["output"]!.AsArray();
        var call = (string)items.Single(static item => (string)item!["type"]! == "function_call")!["id"]!;
        var question = (await ItemsAsync(kept)).Single(static item => item.ToJsonString().Contains(M("item-question"), StringComparison.Ordinal));
        await DeleteAsync($"/v1/conversations/{kept}/items/{(string)question["id"]!}");
        await DeleteAsync($"/v1/conversations/{kept}/items/{call}");
        await DeleteAsync($"/v1/responses/{response}");
        await DeleteAsync($"/v1/conversations/{conversation}");

        var after = await Eventually.GetAsync(
            () => StoreDump.ReadAsync(storage, _connectionString),
            dump => secrets.Except(SecretsOf(dump)).All(secret => !dump.Holds(Convert.FromHexString(secret))),
            "the keys that were destroyed are gone from every file",
            seconds: 20);
        Assert.NotEmpty(secrets.Except(SecretsOf(after)));
        Assert.False(after.Holds(Mark));
        readable = StoreBreaker.Open(after);
        Assert.Equal(Kept, Kept.Concat(Items).Concat(Gone).Where(mark => readable.Contains(M(mark), StringComparison.Ordinal)));

        await CheckServedAsync(kept, (string)turn["id"]!, response, (string)hidden["id"]!, conversation);

        // As well by a process that knows nothing but the store.
        Assert.Equal(0, await _silo!.TerminateAsync());
        await StartAsync(storage);
        await CheckServedAsync(kept, (string)turn["id"]!, response, (string)hidden["id"]!, conversation);
        var next = await TurnAsync(kept, new JsonObject { ["input"] = M("kept-question") });
        Assert.Contains(M("kept-answer"), next.ToJsonString(), StringComparison.Ordinal);
        var prompt = _simulator!.Calls.Last().RawBody;
        Assert.Contains(M("turn-long"), prompt, StringComparison.Ordinal);
        Assert.DoesNotContain(Items.Concat(Gone), mark => prompt.Contains(M(mark), StringComparison.Ordinal));
    }

    private static string M(string name) => $"{Mark}-{name}.";

    private static string Long(string name) => string.Concat(Enumerable.Repeat(M(name) + " ", 60));

    private static JsonObject Turn() => new()
    {
        ["input"] = new JsonArray(
            new JsonObject { ["role"] = "user", ["content"] = M("item-question") },
            new JsonObject { ["role"] = "user", ["content"] = Long("turn-long") }),
        ["instructions"] = Long("turn-instructions"),
        ["metadata"] = new JsonObject { ["key"] = M("turn-meta") },
        ["tools"] = new JsonArray(new JsonObject
        {
            ["type"] = "function",
            ["name"] = "look",
            ["description"] = M("turn-tool"),
            ["parameters"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["what"] = new JsonObject { ["type"] = "string" } } },
        }),
    };

    private static Reply Respond(SimulatedCall call) => Question().Matches(call.LastUserText).LastOrDefault()?.Groups[1].Value switch
    {
        null or "item" => new Reply
        {
            Text = M("turn-answer"),
            Reasoning = M("turn-thought"),
            ToolCalls = [new SimulatedToolCall("look", $$"""{"what":"{{M("item-arguments")}}"}""")],
        },
        "response" when call.Wire == Wire.Anthropic => new Reply
        {
            Text = $"{M("response-lost")} words that were cut",
            Fault = new Fault(FaultKind.Cut) { AtChunk = 3 },
            ChunkDelay = TimeSpan.FromMilliseconds(30),
        },
        var name => new Reply { Text = M($"{name}-answer") },
    };

    [GeneratedRegex($"{Mark}-([a-z]+)-question")]
    private static partial Regex Question();

    private static IReadOnlyList<string> SecretsOf(StoreDump dump) =>
        [.. dump.Tables["content_keys"].SelectMany(static row => Secrets((byte[])row["keys"])).Select(Convert.ToHexString)];

    // The secret and the seeds of a keyring, as they are stored.
    private static IEnumerable<byte[]> Secrets(byte[] keys)
    {
        if (keys.Length == 0)
        {
            yield break;
        }

        yield return keys[1..17];
        for (var at = 17; at < keys.Length;)
        {
            at += 1 + ((keys[at] + 7) / 8);
            yield return keys[at..(at + 16)];
            at += 16;
        }
    }

    private async Task StartAsync(Storage storage)
    {
        if (_connectionString.Length == 0)
        {
            _connectionString = storage == Storage.Sqlite
                ? $"Data Source={Path.Combine(_directory, "data", "store.db")}"
                : await postgreSql.Instance.CreateDatabaseAsync();
        }

        _silo = await SiloProcess.StartAsync(Deployment.SiloAssembly, _directory, new Dictionary<string, string>
        {
            ["urls"] = $"http://127.0.0.1:{_ports[0]}",
            ["OrleansAi:Cluster:SiloPort"] = $"{_ports[1]}",
            ["OrleansAi:Cluster:GatewayPort"] = $"{_ports[2]}",
            ["OrleansAi:Storage:Provider"] = storage.ToString(),
            ["OrleansAi:Storage:ConnectionString"] = _connectionString,
            ["OrleansAi:Conversations:SnapshotEveryRecords"] = "2",
            ["OrleansAi:Vendors:first:Kind"] = "anthropic",
            ["OrleansAi:Vendors:first:Endpoint"] = _simulator!.EndpointOf(Wire.Anthropic),
            ["OrleansAi:Vendors:first:ApiKey"] = "a-secret-key",
            ["OrleansAi:Vendors:first:MaxRetries"] = "0",
            ["OrleansAi:Vendors:second:Kind"] = "gemini",
            ["OrleansAi:Vendors:second:Endpoint"] = _simulator.EndpointOf(Wire.Gemini),
            ["OrleansAi:Models:default:Candidates:0:Vendor"] = "first",
            ["OrleansAi:Models:default:Candidates:0:Model"] = "claude",
            ["OrleansAi:Models:default:Candidates:1:Vendor"] = "second",
            ["OrleansAi:Models:default:Candidates:1:Model"] = "gemini",
        });
    }

    private async Task<string> CreateAsync(string name, bool withItem)
    {
        var body = new JsonObject { ["metadata"] = new JsonObject { ["key"] = M($"{name}-meta") } };
        if (withItem)
        {
            body["items"] = new JsonArray(new JsonObject { ["type"] = "message", ["role"] = "user", ["content"] = M($"{name}-item") });
        }

        return (string)(await Api.PostAsync(Http, "/v1/conversations", body.ToJsonString()))["id"]!;
    }

    private async Task<JsonNode> TurnAsync(string? conversation, JsonObject body)
    {
        if (conversation is not null)
        {
            body["conversation"] = conversation;
        }

        var answer = await Api.PostAsync(Http, "/v1/responses", body.ToJsonString());
        Assert.Equal("completed", (string)answer["status"]!);
        return answer;
    }

    private async Task<string> StreamAsync(JsonObject body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/responses")
        {
            Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json"),
        };
        var events = await EventReader.ReadAsync(Http, request);
        Assert.Contains(events, static next => next.ToJsonString().Contains("response-lost", StringComparison.Ordinal));
        Assert.Equal("completed", (string)events[^1]["response"]!["status"]!);
        return (string)events[^1]["response"]!["id"]!;
    }

    private async Task<IReadOnlyList<JsonNode>> ItemsAsync(string conversation) =>
        [.. (await Api.GetAsync(Http, $"/v1/conversations/{conversation}/items?order=asc&limit=100"))["data"]!.AsArray().Select(static item => item!)];

    private async Task DeleteAsync(string path)
    {
        using var answer = await Http.DeleteAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task CheckServedAsync(string kept, string turn, string response, string hidden, string conversation)
    {
        var transcript = string.Concat((await ItemsAsync(kept)).Select(static item => item.ToJsonString()));
        Assert.Equal(
            ["kept-question", "kept-answer", "turn-long", "turn-thought", "turn-answer"],
            Kept.Concat(Items).Concat(Gone).Where(mark => transcript.Contains(M(mark), StringComparison.Ordinal)));
        var answer = (await Api.GetAsync(Http, $"/v1/responses/{turn}")).ToJsonString();
        Assert.Equal(
            ["turn-instructions", "turn-tool", "turn-meta", "turn-thought", "turn-answer"],
            Kept.Concat(Items).Concat(Gone).Where(mark => answer.Contains(M(mark), StringComparison.Ordinal)));
        Assert.Contains(M("kept-meta"), (await Api.GetAsync(Http, $"/v1/conversations/{kept}")).ToJsonString(), StringComparison.Ordinal);
        await Api.GetAsync(Http, $"/v1/responses/{response}", HttpStatusCode.NotFound);
        await Api.GetAsync(Http, $"/v1/responses/{hidden}", HttpStatusCode.NotFound);
        await Api.GetAsync(Http, $"/v1/conversations/{conversation}", HttpStatusCode.NotFound);

        // What happened can still be told and checked, without a word of what was said.
        foreach (var run in new[] { response, hidden })
        {
            var trace = await Api.GetAsync(Http, $"/api/runs/{run}");
            Assert.DoesNotContain(Mark, trace.ToJsonString(), StringComparison.Ordinal);
            Assert.True((bool)trace["content_destroyed"]!);
            var step = trace["steps"]!.AsArray().Single(static step => (string)step!["stage"]! == "model_execution")!;
            Assert.Equal((64, 64), (((string)step["input_hash"]!).Length, ((string)step["output_hash"]!).Length));
            Assert.True((int)step["usage"]!["output_tokens"]! > 0);
            Assert.All(step["vendor_attempts"]!.AsArray(), static attempt => Assert.Equal(64, ((string)attempt!["response_hash"]!).Length));
        }

        Assert.False((bool)(await Api.GetAsync(Http, $"/api/runs/{turn}"))["content_destroyed"]!);
    }
}
