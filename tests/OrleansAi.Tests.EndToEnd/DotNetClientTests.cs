using System.ClientModel;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Files;
using OpenAI.Responses;
using OrleansAi.Client;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>OpenAI's .NET SDK and Microsoft.Extensions.AI with functions, formats and reasoning.</summary>
[Collection(ClientsCollection.Name)]
public sealed class DotNetClientTests(ClientsFixture clients)
{
    private const string Schema = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}""";
    private const string Person =
        """{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"number"}},"required":["name","age"],"additionalProperties":false}""";

    private readonly ApiKeyCredential _key = new(clients.Key);

    private ChatClient Chat => new("default", _key, new OpenAIClientOptions { Endpoint = Endpoint });

    private Uri Endpoint => new(clients.Url + "/v1");

    [Fact]
    public async Task Chat_FunctionsFormatsAndStreams_Work()
    {
        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("get_weather", "The weather.", BinaryData.FromString(Schema)) } };
        List<OpenAI.Chat.ChatMessage> messages = [new UserChatMessage("weather?")];
        var first = (await Chat.CompleteChatAsync(messages, options)).Value;
        Assert.Equal(OpenAI.Chat.ChatFinishReason.ToolCalls, first.FinishReason);
        Assert.Equal("Oslo", (string?)JsonDocument.Parse(first.ToolCalls[0].FunctionArguments).RootElement.GetProperty("city").GetString());
        messages.AddRange([new AssistantChatMessage(first), new ToolChatMessage(first.ToolCalls[0].Id, "SUNNY-22")]);
        Assert.Contains("sunny", (await Chat.CompleteChatAsync(messages, options)).Value.Content[0].Text, StringComparison.OrdinalIgnoreCase);

        var arguments = "";
        await foreach (var update in Chat.CompleteChatStreamingAsync([new UserChatMessage("weather?")], options))
        {
            arguments += string.Concat(update.ToolCallUpdates.Select(static call => call.FunctionArgumentsUpdate?.ToString()));
        }

        Assert.Equal("""{"city":"Oslo"}""", arguments);
        var format = new ChatCompletionOptions { ResponseFormat = OpenAI.Chat.ChatResponseFormat.CreateJsonSchemaFormat("person", BinaryData.FromString(Person), jsonSchemaIsStrict: true) };
        var person = (await Chat.CompleteChatAsync([new UserChatMessage("json please")], format)).Value.Content[0].Text;
        Assert.Equal("Ada", JsonDocument.Parse(person).RootElement.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Responses_FunctionsAndInputItems_Work()
    {
        var responses = new ResponsesClient(_key, new ResponsesClientOptions { Endpoint = Endpoint });
        var options = new CreateResponseOptions { Model = "default", InputItems = { ResponseItem.CreateUserMessageItem("weather?") } };
        options.Tools.Add(ResponseTool.CreateFunctionTool("get_weather", BinaryData.FromString(Schema), strictModeEnabled: true));
        var first = (await responses.CreateResponseAsync(options)).Value;
        var call = Assert.Single(first.OutputItems.OfType<FunctionCallResponseItem>());
        Assert.Equal("get_weather", call.FunctionName);

        var next = new CreateResponseOptions
        {
            Model = "default",
            PreviousResponseId = first.Id,
            InputItems = { ResponseItem.CreateFunctionCallOutputItem(call.CallId, "SUNNY-22") },
        };
        Assert.Contains("sunny", (await responses.CreateResponseAsync(next)).Value.GetOutputText(), StringComparison.OrdinalIgnoreCase);
        var items = 0;
        await foreach (var item in responses.GetResponseInputItemsAsync(first.Id))
        {
            Assert.IsAssignableFrom<MessageResponseItem>(item);
            items++;
        }

        Assert.Equal(1, items);
        Assert.True((await responses.DeleteResponseAsync(first.Id)).Value.Deleted);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => responses.GetResponseAsync(first.Id))).Status);
    }

    [Fact]
    public async Task Embeddings_OfOneTextAndOfMany_Work()
    {
        var embeddings = new EmbeddingClient("default", _key, new OpenAIClientOptions { Endpoint = Endpoint });
        var one = (await embeddings.GenerateEmbeddingAsync("the quick brown fox", new OpenAI.Embeddings.EmbeddingGenerationOptions { Dimensions = 128 })).Value;
        Assert.Equal(128, one.ToFloats().Length);
        var many = (await embeddings.GenerateEmbeddingsAsync(["the quick brown fox", "a lazy dog"])).Value;
        Assert.Equal(("lexical-1", 2), (many.Model, many.Count));
        Assert.Equal([0, 1], many.Select(static embedding => embedding.Index));
        Assert.Equal(1, many[1].ToFloats().ToArray().Sum(static number => number * number), 4);
        Assert.Equal(many.Usage.InputTokenCount, many.Usage.TotalTokenCount);
        Assert.True(many.Usage.InputTokenCount > 0);

        using var generator = new EmbeddingClient("text-embedding-3-small", _key, new OpenAIClientOptions { Endpoint = Endpoint }).AsIEmbeddingGenerator();
        var generated = await generator.GenerateAsync(["one", "two"]);
        Assert.Equal(SimulatedVector.Of("two"), generated[1].Vector.ToArray());
        var refused = await Assert.ThrowsAsync<ClientResultException>(() => embeddings.GenerateEmbeddingAsync("x", new OpenAI.Embeddings.EmbeddingGenerationOptions { Dimensions = 9_000 }));
        Assert.Equal(400, refused.Status);
    }

    [Fact]
    public async Task Files_UpDownListDeleteAndAsInput_Work()
    {
        var files = new OpenAIFileClient(_key, new OpenAIClientOptions { Endpoint = Endpoint });
        var bytes = new byte[3_000_000];
        new Random(1).NextBytes(bytes);
        var file = (await files.UploadFileAsync(new MemoryStream(bytes), "large.bin", FileUploadPurpose.UserData)).Value;
        Assert.Equal((bytes.Length, "large.bin"), ((int)file.SizeInBytes!, file.Filename));
        Assert.Equal(file.Id, (await files.GetFileAsync(file.Id)).Value.Id);
        Assert.Equal(bytes, (await files.DownloadFileAsync(file.Id)).Value.ToArray());
        Assert.Contains((await files.GetFilesAsync()).Value, one => one.Id == file.Id);
        Assert.True((await files.DeleteFileAsync(file.Id)).Value.Deleted);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => files.GetFileAsync(file.Id))).Status);

        var paper = (await files.UploadFileAsync(BinaryData.FromString("%PDF-1.4 not much of one"), "paper.pdf", FileUploadPurpose.UserData)).Value;
        var responses = new ResponsesClient(_key, new ResponsesClientOptions { Endpoint = Endpoint });
        var options = new CreateResponseOptions
        {
            Model = "responses",
            InputItems = { ResponseItem.CreateUserMessageItem([ResponseContentPart.CreateInputTextPart("look"), ResponseContentPart.CreateInputFilePart(paper.Id)]) },
        };
        Assert.Contains("echo: look", (await responses.CreateResponseAsync(options)).Value.GetOutputText(), StringComparison.Ordinal);
        await files.DeleteFileAsync(paper.Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ExtensionsAi_OverTheSdk_LoopsOverFunctions(bool overResponses)
    {
        using var inner = overResponses
            ? new ResponsesClient(_key, new ResponsesClientOptions { Endpoint = Endpoint }).AsIChatClient("default")
            : Chat.AsIChatClient();
        await LoopAsync(inner);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ExtensionsAi_OverTheCluster_LoopsOverFunctions(bool inConversation)
    {
        await using var front = await InProcessFront.StartAsync(clients.GatewayPort);
        var cluster = front.Services.GetRequiredService<OrleansAiClient>();
        var conversation = inConversation ? (await cluster.CreateConversationAsync()).Id : null;
        await LoopAsync(cluster.AsChatClient(conversation));
        var thought = await cluster.AsChatClient(null, "responses").GetResponseAsync("think", new ChatOptions { Reasoning = new ReasoningOptions { Effort = ReasoningEffort.Low } });
        Assert.Contains(thought.Messages[0].Contents, static content => content is TextReasoningContent);
    }

    private static async Task LoopAsync(IChatClient inner)
    {
        var asked = new List<string>();
        var weather = AIFunctionFactory.Create(
            (string city) =>
            {
                asked.Add(city);
                return "SUNNY-22";
            },
            "get_weather",
            "The weather.");
        using var client = inner.AsBuilder().UseFunctionInvocation().Build();
        var options = new ChatOptions { Tools = [weather] };
        var answer = await client.GetResponseAsync("weather?", options);
        Assert.Contains("sunny", answer.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(["Oslo"], asked);
        var text = "";
        await foreach (var update in client.GetStreamingResponseAsync("weather again?", options))
        {
            text += update.Text;
        }

        Assert.Contains("sunny", text, StringComparison.OrdinalIgnoreCase);
    }
}
