using System.Text.Json.Nodes;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>
/// A silo is killed with SIGKILL at a named instant of a conversation's second turn and started again. Nobody asks for
/// anything; the turn must end by itself, once.
/// </summary>
public abstract class KillTests(Storage storage, PostgreSqlFixture postgreSql)
{
    private const string First = "first question";
    private const string Second = "second question";

    private static readonly List<double> Elapsed = [];

    [Theory]
    [InlineData("before-admission", false, 1)]
    [InlineData("after-admission", false, 1)]
    [InlineData("before-model", false, 1)]
    [InlineData("after-model", false, 2)]
    [InlineData("after-end", false, 1)]
    [InlineData("during-model", true, 2)]
    [InlineData("after-model", true, 2)]
    public async Task Kill_AtAPointOfATurn_TheTurnEndsByItselfOnce(string point, bool stream, int mostCalls)
    {
        await using var deployment = await Deployment.CreateAsync(storage, postgreSql);
        string conversation;
        await using (var silo = await deployment.StartAsync(Nth(point, stream)))
        {
            conversation = await Api.CreateConversationAsync(silo.Http);
            await Api.SendAsync(silo.Http, Api.Turn(conversation, First));
            await DieAsync(silo, conversation, stream);
        }

        await using var revived = await deployment.StartAsync();
        await AssertEndedOnceAsync(deployment, revived, conversation, stream, isAdmitted: point != "before-admission", mostCalls);
    }

    [Fact]
    public async Task Kill_TwiceAndDuringRecovery_TheTurnEndsByItselfOnce()
    {
        await using var deployment = await Deployment.CreateAsync(storage, postgreSql);
        string conversation;
        await using (var silo = await deployment.StartAsync(Nth("during-model", stream: true)))
        {
            conversation = await Api.CreateConversationAsync(silo.Http);
            await Api.SendAsync(silo.Http, Api.Turn(conversation, First));
            await DieAsync(silo, conversation, stream: true);
        }

        // The second process may die before anybody sees it ready.
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            var silo = await deployment.StartAsync("after-recovery");
            await silo.WaitForExitAsync();
            throw new InvalidOperationException("killed");
        });

        await using var revived = await deployment.StartAsync();
        await AssertEndedOnceAsync(deployment, revived, conversation, stream: true, isAdmitted: true, mostCalls: 2);
        var run = (await Api.RunsAsync(revived.Http, conversation))[0];
        var trace = await Api.GetAsync(revived.Http, $"/api/runs/{run["id"]}");
        Assert.Equal(2, (int)trace["recoveries"]!);
        var replay = await Api.PostAsync(revived.Http, $"/api/runs/{run["id"]}/replay", "{}");
        Assert.True((bool)replay["identical"]!, replay.ToJsonString());
    }

    [Theory]
    [InlineData("before-model")]
    [InlineData("after-model")]
    public async Task Kill_DuringAFork_TheForkEndsByItselfOnceAndReplays(string point)
    {
        await using var deployment = await Deployment.CreateAsync(storage, postgreSql);
        string origin;
        await using (var silo = await deployment.StartAsync($"{point}:2"))
        {
            var conversation = await Api.CreateConversationAsync(silo.Http);
            origin = (string)(await Api.SendAsync(silo.Http, Api.Turn(conversation, First)))["id"]!;

            // The answer may be lost with the process.
            try
            {
                await Api.SendAsync(silo.Http, Fork(origin));
            }
            catch (HttpRequestException)
            {
                await silo.WaitForExitAsync();
            }

            Assert.Equal(128 + 9, await silo.WaitForExitAsync());
        }

        await using var revived = await deployment.StartAsync();
        var fork = await Eventually.GetAsync(
            async () => (await Api.GetAsync(revived.Http, $"/api/runs?forkedFrom={origin}"))["data"]!.AsArray().Single()!,
            static run => (string)run["status"]! == "completed",
            "the fork ends");
        var id = (string)fork["id"]!;
        Assert.Equal(id, (string)(await Api.SendAsync(revived.Http, Fork(origin)))["data"]![0]!["id"]!);
        var trace = await Api.GetAsync(revived.Http, $"/api/runs/{id}");
        Assert.Equal(["abandoned", "ended"], trace["attempts"]!.AsArray().Select(static attempt => (string)attempt!["outcome"]!));
        Assert.True((double)trace["timing"]!["lost_ms"]! > 0);
        await AssertReplaysAsync(revived.Http, id);
        await AssertReplaysAsync(revived.Http, origin);

        static HttpRequestMessage Fork(string origin) => new(HttpMethod.Post, $"/api/runs/{origin}/fork")
        {
            Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json"),
            Headers = { { "Idempotency-Key", "a-fork" } },
        };
    }

    private static async Task AssertReplaysAsync(HttpClient http, string run)
    {
        var replay = await Api.PostAsync(http, $"/api/runs/{run}/replay", "{}");
        Assert.True((bool)replay["identical"]!, replay.ToJsonString());
    }

    [Fact]
    public async Task Kill_FromOutsideDuringManyTurns_EveryAdmittedTurnEndsOnce()
    {
        await using var deployment = await Deployment.CreateAsync(storage, postgreSql);
        deployment.Vendor.Behave = static _ => new() { Delay = TimeSpan.FromMilliseconds(15) };
        var conversations = new List<string>();
        var sent = new System.Collections.Concurrent.ConcurrentBag<(string Conversation, string Text, string Key)>();
        await using (var silo = await deployment.StartAsync())
        {
            for (var i = 0; i < 8; i++)
            {
                conversations.Add(await Api.CreateConversationAsync(silo.Http));
            }

            var writers = conversations.Select(async conversation =>
            {
                for (var i = 0; !silo.HasExited; i++)
                {
                    var (text, key) = ($"turn {i} of {conversation}", $"{conversation}-{i}");
                    sent.Add((conversation, text, key));
                    try
                    {
                        await Api.SendAsync(silo.Http, Api.Turn(conversation, text, key));
                    }
                    catch (HttpRequestException)
                    {
                        // The process is dead.
                        return;
                    }
                }
            }).ToArray();
            await Eventually.GetAsync(() => Task.FromResult(deployment.Vendor.Count), static calls => calls > 60, "some turns");
            await silo.KillAsync();
            await Task.WhenAll(writers);
        }

        await using var revived = await deployment.StartAsync();
        foreach (var turn in sent)
        {
            // A client that never heard back asks again; whether or not its turn was admitted, it stands once.
            await Api.SendAsync(revived.Http, Api.Turn(turn.Conversation, turn.Text, turn.Key));
        }

        foreach (var conversation in conversations)
        {
            var expected = sent.Where(turn => turn.Conversation == conversation).Select(static turn => turn.Text).ToHashSet();
            var runs = await Api.RunsEndedAsync(revived.Http, conversation, expected.Count);
            Assert.All(runs, static run => Assert.Equal("completed", (string)run["status"]!));
            Assert.All(expected, text => Assert.InRange(deployment.Vendor.Calls.Count(call => call.LastMessage == text), 1, 2));
        }
    }

    // The first turn passes the point too; a stream passes during-model only in the turn that streams.
    private static string Nth(string point, bool stream) => stream && point == "during-model" ? point : $"{point}:2";

    private static async Task DieAsync(SiloProcess silo, string conversation, bool stream)
    {
        using var request = Api.Turn(conversation, Second, "key-2", stream);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var answer = await silo.Http.SendAsync(request);
            answer.EnsureSuccessStatusCode();
        });
        Assert.Equal(128 + 9, await silo.WaitForExitAsync());
    }

    private static async Task AssertEndedOnceAsync(
        Deployment deployment, SiloProcess revived, string conversation, bool stream, bool isAdmitted, int mostCalls)
    {
        var runs = await Api.RunsEndedAsync(revived.Http, conversation, isAdmitted ? 2 : 1);
        Assert.All(runs, static run => Assert.Equal("completed", (string)run["status"]!));

        // By the record of the run itself: how long it takes to ask for that belongs to the test.
        var elapsed = runs.Max(static run => (DateTimeOffset)run["completed_at"]!) - revived.ReadyAt;
        lock (Elapsed)
        {
            Elapsed.Add(elapsed.TotalSeconds);
            Report.Write("kills", $"{Elapsed.Count} turns that were cut by SIGKILL ended at most {Elapsed.Max():0.00} s after the next process was ready.");
        }

        Assert.True(elapsed < TimeSpan.FromSeconds(2), $"The run ended {elapsed.TotalSeconds:0.00} s after readiness.");
        if (isAdmitted)
        {
            await AssertTranscriptAsync(revived.Http, conversation);
        }

        var calls = deployment.Vendor.CountOf(Second);
        using var retry = Api.Turn(conversation, Second, "key-2", stream);
        string id;
        if (stream)
        {
            var events = await EventReader.ReadAsync(revived.Http, retry);
            AssertWellFormed(events, await Api.GetAsync(revived.Http, $"/v1/responses/{events[0]["response"]!["id"]}"));
            id = (string)events[^1]["response"]!["id"]!;
        }
        else
        {
            id = (string)(await Api.SendAsync(revived.Http, retry))["id"]!;
        }

        Assert.Equal(id, (string)(await Api.RunsAsync(revived.Http, conversation))[0]["id"]!);
        Assert.Equal(isAdmitted ? calls : 1, deployment.Vendor.CountOf(Second));
        Assert.InRange(deployment.Vendor.CountOf(Second), 1, mostCalls);
        await AssertTranscriptAsync(revived.Http, conversation);
        foreach (var run in await Api.RunsAsync(revived.Http, conversation))
        {
            await AssertReplaysAsync(revived.Http, (string)run["id"]!);
        }
    }

    private static async Task AssertTranscriptAsync(HttpClient http, string conversation)
    {
        var items = await Api.ItemsAsync(http, conversation);
        Assert.Equal(["user", "assistant", "user", "assistant"], items.Select(static item => item.Role));
        Assert.Equal(First, items[0].Text);
        Assert.Contains(First, items[1].Text, StringComparison.Ordinal);
        Assert.Equal(Second, items[2].Text);
        Assert.Contains(Second, items[3].Text, StringComparison.Ordinal);
    }

    private static void AssertWellFormed(List<JsonNode> events, JsonNode stored)
    {
        Assert.Single(events, EventReader.IsTerminal);
        Assert.True(EventReader.IsTerminal(events[^1]));
        var numbers = events.Select(static next => (long)next["sequence_number"]!).ToList();
        Assert.Equal(numbers.Order().Distinct(), numbers);
        var item = stored["output"]![0]!;
        Assert.Equal(Api.Text(stored), EventReader.Texts(events)[(string)item["id"]!]);
    }
}
