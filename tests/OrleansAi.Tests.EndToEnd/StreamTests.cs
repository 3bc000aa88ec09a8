using System.Text.Json.Nodes;
using OrleansAi.Testing;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Streams over real connections that break.</summary>
public sealed class StreamTests(PostgreSqlFixture postgreSql)
{
    [Theory]
    [InlineData(Storage.Sqlite)]
    [InlineData(Storage.PostgreSql)]
    public async Task Stream_ClientDropsAtEveryEvent_ResumingGivesTheStoredTextAndOneEnd(Storage storage)
    {
        await using var deployment = await Deployment.CreateAsync(storage, postgreSql);
        deployment.Vendor.Behave = static _ => new Behaviour { ChunkDelay = TimeSpan.FromMilliseconds(25) };
        await using var silo = await deployment.StartAsync();
        await using var front = await deployment.StartLocalFrontAsync();
        var conversation = await Api.CreateConversationAsync(silo.Http);

        // The first turn of a process is slow to read what its vendor writes, and gets it in one piece.
        await EventReader.ReadAsync(silo.Http, Api.Turn(conversation, "warm up", stream: true));
        var whole = await EventReader.ReadAsync(silo.Http, Api.Turn(conversation, "count", stream: true));

        // Two deltas at least, between the eight events that every message has.
        Assert.True(whole.Count >= 10, $"Only {whole.Count} events.");

        // At least one event must have come, or the client does not know what to resume.
        for (var drop = 1; drop <= whole.Count; drop++)
        {
            var before = await EventReader.ReadAsync(silo.Http, Api.Turn(conversation, $"drop at {drop}", stream: true), most: drop);
            var run = (string)before[0]["response"]!["id"]!;
            var after = await EventReader.ReadAsync(
                drop % 2 == 0 ? silo.Http : front.Http, EventReader.Resume(run, (long)before[^1]["sequence_number"]!));
            await AssertWholeAsync(silo, run, [.. before, .. after]);
        }
    }

    [Fact]
    public async Task Stream_ClientDropsAgainAndAgain_EveryFrontTellsTheSame()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.PostgreSql, postgreSql);
        deployment.Vendor.Behave = static _ => new Behaviour { ChunkDelay = TimeSpan.FromMilliseconds(25) };
        await using var silo = await deployment.StartMemberAsync();
        await using var front = await deployment.StartFrontAsync();
        var conversation = await Api.CreateConversationAsync(front.Http);
        var events = await EventReader.ReadAsync(front.Http, Api.Turn(conversation, "again", stream: true), most: 1);
        var run = (string)events[0]["response"]!["id"]!;
        while (!EventReader.IsTerminal(events[^1]))
        {
            events.AddRange(await EventReader.ReadAsync(
                events.Count % 2 == 0 ? silo.Http : front.Http,
                EventReader.Resume(run, (long)events[^1]["sequence_number"]!),
                most: 1));
        }

        await AssertWholeAsync(silo, run, events);
        var nothing = await EventReader.ReadAsync(front.Http, EventReader.Resume(run, (long)events[^1]["sequence_number"]!));
        Assert.Empty(nothing);
        var again = await EventReader.ReadAsync(front.Http, EventReader.Resume(run, null));
        Assert.Equal(events.Select(static next => next.ToJsonString()), again.Select(static next => next.ToJsonString()));
    }

    [Fact]
    public async Task Stream_SiloKilledInTheMiddle_ResumingShowsTheCutAndTheWholeAnswer()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        deployment.Vendor.Behave = static call => call.Number == 1
            ? new Behaviour { ChunkDelay = TimeSpan.FromMilliseconds(100) }
            : new Behaviour();
        List<JsonNode> before = [];
        string conversation;
        await using (var silo = await deployment.StartAsync())
        {
            conversation = await Api.CreateConversationAsync(silo.Http);
            await Assert.ThrowsAnyAsync<Exception>(() => EventReader.ReadAsync(
                silo.Http,
                Api.Turn(conversation, "killed", stream: true),
                onEvent: next =>
                {
                    before.Add(next);
                    if (before.Count == 6)
                    {
                        System.Diagnostics.Process.GetProcessById(silo.Id).Kill();
                    }
                }));
            await silo.WaitForExitAsync();
        }

        await using var revived = await deployment.StartAsync();
        var run = (string)before[0]["response"]!["id"]!;
        var after = await EventReader.ReadAsync(revived.Http, EventReader.Resume(run, (long)before[^1]["sequence_number"]!));
        await AssertWholeAsync(revived, run, [.. before, .. after]);

        // The item that was cut is closed, not continued.
        var cut = (string)before.First(static next => (string)next["type"]! == "response.output_item.added")["item"]!["id"]!;
        var closed = after.Single(next => (string)next["type"]! == "response.output_item.done" && (string)next["item"]!["id"]! == cut);
        Assert.Equal("incomplete", (string)closed["item"]!["status"]!);
    }

    private static async Task AssertWholeAsync(SiloProcess silo, string run, List<JsonNode> events)
    {
        var stored = await Api.GetAsync(silo.Http, $"/v1/responses/{run}");
        Assert.Equal("completed", (string)stored["status"]!);
        var numbers = events.Select(static next => (long)next["sequence_number"]!).ToList();
        Assert.Equal(numbers.Distinct().Order(), numbers);
        Assert.Single(events, EventReader.IsTerminal);
        Assert.Equal("response.completed", (string)events[^1]["type"]!);
        var item = stored["output"]![0]!;
        Assert.Equal(Api.Text(stored), EventReader.Texts(events)[(string)item["id"]!]);
        Assert.Equal(Api.Text(stored), (string)events.Last(static next => (string)next["type"]! == "response.output_text.done")["text"]!);
    }
}
