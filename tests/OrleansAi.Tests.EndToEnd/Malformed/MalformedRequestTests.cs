using System.Net;
using System.Net.WebSockets;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.EndToEnd.Malformed;

/// <summary>Nothing that comes from outside breaks the front, makes it grow or gets an answer that says nothing.</summary>
[Collection(Alone.Name)]
public sealed class MalformedRequestTests(PostgreSqlFixture postgreSql)
{
    private const int Seed = 20_261_124;
    private const int LeastRounds = 3;
    private const int MostRounds = 6;
    private const long MostGrowth = 2 << 20;

    [Fact]
    public async Task Request_Malformed_IsRefusedByNameAndLeavesNothingBehind()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.PostgreSql, postgreSql);
        await using var silo = await deployment.StartAsync();
        await using var front = await InProcessFront.StartAsync(deployment.GatewayPort);
        var conversation = await Api.CreateConversationAsync(silo.Http);
        var run = await Api.SendAsync(silo.Http, Api.Turn(conversation, "a good one"));
        var store = await Api.PostAsync(silo.Http, "/v1/vector_stores", "{}");
        var corpus = new MalformedCorpus(Seed, conversation, (string)run["id"]!, (string)store["id"]!);
        var calls = deployment.Vendor.Count;

        var first = await SendAllAsync(silo.Url, corpus);
        Assert.Equal(first, await SendAllAsync(front.Url, corpus));

        // Pools grow until each has held what it can be asked for; a leak grows every time.
        var before = InProcessFront.HeapBytes();
        var grown = long.MaxValue;
        for (var round = 0; round < MostRounds && (round < LeastRounds || grown > MostGrowth); round++)
        {
            Assert.Equal(first, await SendAllAsync(front.Url, corpus));
            var now = InProcessFront.HeapBytes();
            (grown, before) = (Math.Min(grown, now - before), now);
        }

        Assert.InRange(grown, long.MinValue, MostGrowth);
        Assert.Equal(calls, deployment.Vendor.Count);
        Assert.DoesNotContain("failed by a defect", silo.Output, StringComparison.Ordinal);
        Report.Write(
            "malformed-requests",
            $"{first.Count} malformed requests, again and again (seed {Seed}): {string.Join(", ", first.Values.CountBy(static code => code).OrderByDescending(static code => code.Value).Select(static code => $"{code.Value} × {code.Key}"))}; the front grew by {grown / 1_000} kB.");
        Assert.Equal("completed", (string)(await Api.SendAsync(front.Http, Api.Turn(conversation, "and another good one")))["status"]!);
        Assert.Equal("completed", (string)(await Api.SendAsync(silo.Http, Api.Turn(conversation, "and one more")))["status"]!);
    }

    private static async Task<SortedDictionary<string, string>> SendAllAsync(string url, MalformedCorpus corpus)
    {
        var codes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var wrong = new List<string>();
        foreach (var request in corpus.Requests())
        {
            RawAnswer answer;
            try
            {
                answer = await RawAnswer.OfAsync(url, request.Bytes);
            }
            catch (OperationCanceledException exception)
            {
                throw new TimeoutException($"{request.Name} got no answer.", exception);
            }

            var isRefused = answer.Status is >= 400 and < 500 || (!request.HasBody && answer.Status == 505);
            if (!isRefused || (request.HasBody && answer.Code is null))
            {
                wrong.Add($"{request.Name}: {answer.Status} {(answer.Body.Length > 200 ? answer.Body[..200] : answer.Body)}");
            }

            codes.Add($"{codes.Count:D4} {request.Name}", $"{answer.Status} {answer.Code}".TrimEnd());
        }

        await using var socket = await ResponseSocketClient.OpenAsync(url);
        foreach (var (name, body) in corpus.Messages())
        {
            await socket.SendAsync(body, WebSocketMessageType.Text);
            var next = (await socket.ReadAsync())!;
            var (status, code) = ((int?)next["status"] ?? 0, (string?)next["error"]?["code"]);
            if (status is < 400 or >= 500 || code is null)
            {
                wrong.Add($"WebSocket message {name}: {next.ToJsonString()}");
                await socket.ReadResponseAsync();
            }

            codes.Add($"{codes.Count:D4} WebSocket message {name}", $"{status} {code}");
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {codes.Count} with the seed {Seed}:\n{string.Join('\n', wrong)}");
        return codes;
    }
}
