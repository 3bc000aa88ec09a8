using Microsoft.Extensions.AI;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.Cluster;

/// <summary>The chat client of Microsoft.Extensions.AI.</summary>
public sealed class ChatClientTests(PostgreSqlFixture postgreSql)
{
    [Fact]
    public async Task ChatClient_WholeHistoryOrNewMessagesOnly_TalksToTheConversation()
    {
        await using var vendor = await VendorServer.StartAsync();
        await using var host = await Host.StartAsync(await postgreSql.Instance.CreateDatabaseAsync(), vendor);
        var conversation = (await host.Client.CreateConversationAsync()).Id;
        using var chat = host.Client.AsChatClient(conversation);
        var history = new List<ChatMessage> { new(ChatRole.System, "be kind"), new(ChatRole.User, "one") };

        var first = await chat.GetResponseAsync(history);
        history.AddMessages(first);
        history.Add(new ChatMessage(ChatRole.User, "two"));
        var second = await chat.GetResponseAsync(history);
        var third = await chat.GetStreamingResponseAsync("three").ToChatResponseAsync();

        Assert.Equal(conversation, second.ConversationId);
        Assert.StartsWith("Answer 3 to “three”", third.Text, StringComparison.Ordinal);
        Assert.Equal(ChatFinishReason.Stop, third.FinishReason);
        Assert.True(third.Usage?.OutputTokenCount > 0);
        var calls = vendor.Calls.OrderBy(static call => call.Number).ToList();
        Assert.Equal(["system", "user", "assistant", "user"], calls[1].Messages.Select(static message => message.Role));
        Assert.Equal(["one", first.Text, "two", second.Text, "three"], calls[2].Messages.Select(static message => message.Text));
    }

    [Fact]
    public async Task ChatClient_NoConversation_IsStateless()
    {
        await using var vendor = await VendorServer.StartAsync();
        await using var host = await Host.StartAsync(await postgreSql.Instance.CreateDatabaseAsync(), vendor);
        using var chat = host.Client.AsChatClient();

        await chat.GetResponseAsync("one");
        var second = await chat.GetResponseAsync([new(ChatRole.User, "a"), new(ChatRole.Assistant, "b"), new(ChatRole.User, "c")]);

        Assert.Null(second.ConversationId);
        Assert.StartsWith("chatcmpl-", second.ResponseId, StringComparison.Ordinal);
        Assert.Equal(["a", "b", "c"], vendor.Calls.Last().Messages.Select(static message => message.Text));
    }
}
