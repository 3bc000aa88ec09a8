using System.Text;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Streams of turns that wait.</summary>
public sealed class WaitingStreamTests(PostgreSqlFixture postgreSql)
{
    [Fact]
    public async Task Stream_BehindAnotherTurn_SaysThatItIsQueuedNowAndLater()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        await using var silo = await deployment.StartAsync();
        var gate = new TaskCompletionSource();
        deployment.Vendor.Behave = call => call.LastMessage == "held" ? new Behaviour { Gate = gate.Task } : new Behaviour();
        var conversation = await Api.CreateConversationAsync(silo.Http);
        await Api.SendAsync(silo.Http, Api.Turn(conversation, "held", background: true));

        var first = await EventReader.ReadAsync(silo.Http, Api.Turn(conversation, "behind", stream: true), most: 2);
        var run = (string)first[0]["response"]!["id"]!;
        Assert.Equal(["response.created", "response.queued"], first.Select(static next => (string)next["type"]!));
        Assert.All(first, static next => Assert.Equal("queued", (string)next["response"]!["status"]!));
        Assert.Equal("queued", (string)(await Api.GetAsync(silo.Http, $"/v1/responses/{run}"))["status"]!);

        gate.SetResult();
        var live = await EventReader.ReadAsync(silo.Http, EventReader.Resume(run, (long)first[^1]["sequence_number"]!));
        Assert.Equal(("response.in_progress", "in_progress"), ((string)live[0]["type"]!, (string)live[0]["response"]!["status"]!));
        var later = await EventReader.ReadAsync(silo.Http, EventReader.Resume(run, null));
        Assert.Equal(first.Concat(live).Select(static next => next.ToJsonString()), later.Select(static next => next.ToJsonString()));
    }

    [Fact]
    public async Task Completion_OfSeveralChoicesThatWait_IsKeptAlive()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        await using var silo = await deployment.StartAsync(null, ("OrleansAi:Http:KeepAliveSeconds", "1"));
        var gate = new TaskCompletionSource();
        deployment.Vendor.Behave = _ => new Behaviour { Gate = gate.Task };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent("""{"n":2,"stream":true,"messages":[{"role":"user","content":"x"}]}""", Encoding.UTF8, "application/json"),
        };
        using var answer = await silo.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        while (await lines.ReadLineAsync(patience.Token) != ": keep-alive")
        {
        }

        gate.SetResult();
        var last = "";
        while (await lines.ReadLineAsync(patience.Token) is { } line)
        {
            last = line.Length > 0 ? line : last;
        }

        Assert.Equal("data: [DONE]", last);
    }
}
