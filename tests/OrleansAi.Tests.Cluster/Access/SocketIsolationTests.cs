using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace OrleansAi.Tests.Cluster.Access;

/// <summary>Tenants never meet (invariant 13), over WebSockets either.</summary>
[Collection(AccessCollection.Name)]
public sealed class SocketIsolationTests(AccessCluster cluster)
{
    private readonly string _first = cluster.NewOrganization();
    private readonly string _second = cluster.NewOrganization();

    [Fact]
    public async Task EveryMessage_NamingAnotherTenantsThings_TellsWhatItTellsOfNobodys()
    {
        var (host, front) = (cluster.Host, cluster.Front(0));
        var owner = await IsolationTests.EstateAsync(host, front, _first, "alpha");
        var other = await IsolationTests.EstateAsync(host, front, _second, "omega");
        using var socket = await OpenAsync(front, other.Key);
        foreach (var make in new Func<Estate, string>[]
        {
            static estate => $$"""{"type":"response.create","input":"go on","previous_response_id":"{{estate.Run}}"}""",
            static estate => $$"""{"type":"response.create","input":"go on","conversation":"{{estate.Conversation}}"}""",
            static estate => $$"""{"type":"response.create","input":[{"type":"item_reference","id":"{{estate.Item}}"}]}""",
        })
        {
            var seen = await TurnAsync(socket, make(owner));
            var unknown = await TurnAsync(socket, make(owner.Nothing!));
            Assert.Equal("error", (string)seen["type"]!);
            Assert.Equal(Without(unknown, owner.Nothing!), Without(seen, owner));
        }

        // What is kept on one's own connection is nobody else's either, under the same idempotency key.
        const string keyed = """{"type":"response.create","input":"mine","orleansai:idempotency_key":"the same"}""";
        using var owners = await OpenAsync(front, owner.Key);
        var (mine, theirs) = (await TurnAsync(owners, keyed), await TurnAsync(socket, keyed));
        Assert.NotEqual((string)mine["response"]!["id"]!, (string)theirs["response"]!["id"]!);
    }

    [Fact]
    public async Task Handshake_WithoutAGoodKey_IsRefused()
    {
        var key = await Front.KeyAsync(cluster.Host, _first);
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(cluster.Front(0), key with { Text = key.Text[..^1] + "!" }));
        Assert.Contains("401", refused.Message, StringComparison.Ordinal);
    }

    private static string Without(JsonNode answer, Estate estate) =>
        estate.Marks.Aggregate(answer.ToJsonString(), static (text, mark) => text.Replace(mark, "<id>", StringComparison.Ordinal));

    private static async Task<ClientWebSocket> OpenAsync(Front front, TestKey key)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {key.Text}");
        await socket.ConnectAsync(new Uri(front.Http.BaseAddress!.ToString().Replace("http://", "ws://", StringComparison.Ordinal) + "v1/responses"), default);
        return socket;
    }

    // The last event of a turn, or the error in its place.
    private static async Task<JsonNode> TurnAsync(ClientWebSocket socket, string message)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, default);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[1 << 16];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), patience.Token);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            var next = JsonNode.Parse(buffer.AsSpan(0, length))!;
            if ((string)next["type"]! is "error" or "response.completed" or "response.failed" or "response.incomplete")
            {
                return next;
            }
        }
    }
}
