using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Conversations;
using OpenAI.Models;
using OpenAI.Responses;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>OpenAI's official .NET SDK against the running front.</summary>
public sealed class OpenAiSdkTests(PostgreSqlFixture postgreSql)
{
    [Fact]
    public async Task Sdk_EverythingWeServe_Works()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        await using var silo = await deployment.StartAsync();
        var key = new ApiKeyCredential("any");
        var endpoint = new Uri(silo.Url + "/v1");
        var chat = new ChatClient("default", key, new OpenAIClientOptions { Endpoint = endpoint });
        await ChatAsync(chat);
        await StoredChatAsync(chat);
        var models = await new OpenAIModelClient(key, new OpenAIClientOptions { Endpoint = endpoint }).GetModelsAsync();
        Assert.Equal("default", Assert.Single(models.Value).Id);
        var responses = new ResponsesClient(key, new ResponsesClientOptions { Endpoint = endpoint });
        await ResponsesAsync(deployment, responses);
        await ConversationsAsync(responses, new ConversationClient(key, new OpenAIClientOptions { Endpoint = endpoint }));
    }

    private static async Task ChatAsync(ChatClient chat)
    {
        var whole = await chat.CompleteChatAsync([new SystemChatMessage("be kind"), new UserChatMessage("hello")]);
        Assert.Contains("hello", whole.Value.Content[0].Text, StringComparison.Ordinal);
        Assert.Equal(OpenAI.Chat.ChatFinishReason.Stop, whole.Value.FinishReason);
        Assert.True(whole.Value.Usage.TotalTokenCount > 0);

        var text = "";
        ChatTokenUsage? usage = null;
        await foreach (var update in chat.CompleteChatStreamingAsync("stream this"))
        {
            text += string.Concat(update.ContentUpdate.Select(static part => part.Text));
            usage ??= update.Usage;
        }

        Assert.Contains("stream this", text, StringComparison.Ordinal);
        Assert.True(usage?.OutputTokenCount > 0);

        var error = await Assert.ThrowsAsync<ClientResultException>(
            () => chat.CompleteChatAsync([new UserChatMessage("x")], new ChatCompletionOptions { IncludeLogProbabilities = true }));
        Assert.Equal(400, error.Status);
    }

    private static async Task StoredChatAsync(ChatClient chat)
    {
        var stored = (await chat.CompleteChatAsync(
            [new UserChatMessage("keep this")], new ChatCompletionOptions { StoredOutputEnabled = true, Metadata = { ["kind"] = "test" } })).Value;
        Assert.Equal(stored.Content[0].Text, (await chat.GetChatCompletionAsync(stored.Id)).Value.Content[0].Text);
        var listed = new List<string>();
        await foreach (var completion in chat.GetChatCompletionsAsync(new ChatCompletionCollectionOptions { Metadata = { ["kind"] = "test" } }))
        {
            listed.Add(completion.Id);
        }

        Assert.Equal([stored.Id], listed);
        var messages = new List<string>();
        await foreach (var message in chat.GetChatCompletionMessagesAsync(stored.Id))
        {
            messages.Add(message.Content);
        }

        Assert.Equal(["keep this"], messages);
        Assert.Equal(stored.Id, (await chat.UpdateChatCompletionAsync(stored.Id, new Dictionary<string, string> { ["kind"] = "other" })).Value.Id);
        Assert.True((await chat.DeleteChatCompletionAsync(stored.Id)).Value.Deleted);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => chat.GetChatCompletionAsync(stored.Id))).Status);
    }

    private static async Task ResponsesAsync(Deployment deployment, ResponsesClient responses)
    {
        var first = (await responses.CreateResponseAsync("default", "my name is Ada")).Value;
        Assert.Equal(ResponseStatus.Completed, first.Status);
        Assert.Contains("Ada", first.GetOutputText(), StringComparison.Ordinal);
        var second = (await responses.CreateResponseAsync("default", "who am I?", first.Id)).Value;
        Assert.Equal(first.Id, second.PreviousResponseId);
        Assert.Equal(3, deployment.Vendor.Calls.Last().Messages.Count);
        Assert.Equal(second.GetOutputText(), (await responses.GetResponseAsync(second.Id)).Value.GetOutputText());

        var text = "";
        ResponseResult? completed = null;
        await foreach (var update in responses.CreateResponseStreamingAsync("default", "stream it"))
        {
            switch (update)
            {
                case StreamingResponseOutputTextDeltaUpdate delta:
                    text += delta.Delta;
                    break;
                case StreamingResponseCompletedUpdate end:
                    completed = end.Response;
                    break;
            }
        }

        Assert.Equal(completed!.GetOutputText(), text);
        var resumed = "";
        await foreach (var update in responses.GetResponseStreamingAsync(new GetResponseOptions(completed.Id) { StreamingEnabled = true, StartingAfter = 1 }))
        {
            resumed += (update as StreamingResponseOutputTextDeltaUpdate)?.Delta;
        }

        Assert.Equal(text, resumed);

        var gate = new TaskCompletionSource();
        deployment.Vendor.Behave = _ => new Behaviour { Gate = gate.Task };
        var background = (await responses.CreateResponseAsync(new CreateResponseOptions
        {
            Model = "default",
            InputItems = { ResponseItem.CreateUserMessageItem("take your time") },
            BackgroundModeEnabled = true,
        })).Value;
        Assert.Contains(background.Status, new ResponseStatus?[] { ResponseStatus.Queued, ResponseStatus.InProgress });
        Assert.Equal(ResponseStatus.Cancelled, (await responses.CancelResponseAsync(background.Id)).Value.Status);
        gate.SetResult();
        deployment.Vendor.Behave = static _ => new Behaviour();
    }

    private static async Task ConversationsAsync(ResponsesClient responses, ConversationClient conversations)
    {
        var conversation = (await conversations.CreateConversationAsync(new ConversationCreationOptions { Metadata = { ["kind"] = "test" } })).Value;
        Assert.Equal("test", (await conversations.GetConversationAsync(conversation.Id)).Value.Metadata["kind"]);
        var response = (await responses.CreateResponseAsync(new CreateResponseOptions
        {
            Model = "default",
            InputItems = { ResponseItem.CreateUserMessageItem("in a conversation") },
            ConversationOptions = new ResponseConversationOptions(conversation.Id),
        })).Value;
        Assert.Equal(conversation.Id, response.ConversationOptions.ConversationId);
        await ItemsAsync(conversations, conversation.Id);
        Assert.True((await conversations.DeleteConversationAsync(conversation.Id)).Value.Deleted);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => conversations.GetConversationAsync(conversation.Id))).Status);
    }

    // The SDK has no types of its own for items of conversations yet.
    private static async Task ItemsAsync(ConversationClient conversations, string conversation)
    {
        var content = BinaryContent.Create(BinaryData.FromString(
            """{"items":[{"type":"message","role":"user","content":[{"type":"input_text","text":"one more"}]}]}"""));
        var added = Json(await conversations.CreateConversationItemsAsync(conversation, content)).GetProperty("data")[0];
        var id = added.GetProperty("id").GetString()!;
        var read = Json(await conversations.GetConversationItemAsync(conversation, id));
        Assert.Equal("one more", read.GetProperty("content")[0].GetProperty("text").GetString());
        var listed = new List<string>();
        await foreach (var page in conversations.GetConversationItemsAsync(conversation, limit: 2).GetRawPagesAsync())
        {
            listed.AddRange(Json(page).GetProperty("data").EnumerateArray().Select(static item => item.GetProperty("id").GetString()!));
        }

        Assert.Equal(3, listed.Distinct().Count());
        Assert.Equal(id, listed[0]);
        await conversations.DeleteConversationItemAsync(conversation, id);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => conversations.GetConversationItemAsync(conversation, id))).Status);
    }

    private static JsonElement Json(ClientResult result) => JsonDocument.Parse(result.GetRawResponse().Content).RootElement;
}
