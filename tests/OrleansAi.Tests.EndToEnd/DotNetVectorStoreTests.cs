using System.ClientModel;
using System.Text.Json;
using OpenAI;
using OpenAI.Files;
using OpenAI.Responses;
using OpenAI.VectorStores;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>OpenAI's .NET SDK with vector stores.</summary>
[Collection(ClientsCollection.Name)]
public sealed class DotNetVectorStoreTests(ClientsFixture clients)
{
    private readonly ApiKeyCredential _key = new(clients.Key);

    private Uri Endpoint => new(clients.Url + "/v1");

    private VectorStoreClient Stores => new(_key, new OpenAIClientOptions { Endpoint = Endpoint });

    private OpenAIFileClient Files => new(_key, new OpenAIClientOptions { Endpoint = Endpoint });

    [Fact]
    public async Task VectorStores_EverythingOfTheSdk_Works()
    {
        var cats = await UploadAsync("cats.md", "# Cats\n\nMimi is a cat who likes fish.");
        var dogs = await UploadAsync("dogs.md", "# Dogs\n\nRex is a dog who guards the house.");
        var store = (await Stores.CreateVectorStoreAsync(new VectorStoreCreationOptions
        {
            Name = "animals",
            FileIds = { cats },
            ChunkingStrategy = FileChunkingStrategy.CreateStaticStrategy(200, 50),
            ExpirationPolicy = new VectorStoreExpirationPolicy(VectorStoreExpirationAnchor.LastActiveAt, 3),
            Metadata = { ["kind"] = "test" },
        })).Value;
        Assert.Equal(("animals", "test", 3), (store.Name, store.Metadata["kind"], store.ExpirationPolicy.Days));
        var ready = await Eventually.GetAsync(
            async () => (await Stores.GetVectorStoreAsync(store.Id)).Value, static one => one.Status == VectorStoreStatus.Completed, "the store is ready");
        Assert.Equal((1, 1), (ready.FileCounts.Completed, ready.FileCounts.Total));
        Assert.True(ready.UsageBytes > 0);

        await FilesAsync(store.Id, cats, dogs);
        await SearchAsync(store.Id, dogs);
        await BatchAsync(store.Id, cats, dogs);

        var changed = (await Stores.ModifyVectorStoreAsync(store.Id, new VectorStoreModificationOptions { Name = "dogs" })).Value;
        Assert.Equal("dogs", changed.Name);
        var listed = new List<string>();
        await foreach (var one in Stores.GetVectorStoresAsync(new VectorStoreCollectionOptions { PageSizeLimit = 1, Order = VectorStoreCollectionOrder.Ascending }))
        {
            listed.Add(one.Id);
        }

        Assert.Contains(store.Id, listed);
        Assert.True((await Stores.DeleteVectorStoreAsync(store.Id)).Value.Deleted);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => Stores.GetVectorStoreAsync(store.Id))).Status);
        await Files.DeleteFileAsync(cats);
        await Files.DeleteFileAsync(dogs);
    }

    [Fact]
    public async Task FileSearch_OfTheSdk_IsToldCitedAndStreamed()
    {
        var file = await UploadAsync("moons.md", "# Moons\n\nThe moon Titania belongs to the planet Uranus.");
        var store = (await Stores.CreateVectorStoreAsync(new VectorStoreCreationOptions { Name = "moons", FileIds = { file } })).Value.Id;
        await CompletedAsync(store, file);
        var responses = new ResponsesClient(_key, new ResponsesClientOptions { Endpoint = Endpoint });
        var options = new CreateResponseOptions
        {
            Model = "builtin",
            InputItems = { ResponseItem.CreateUserMessageItem("Which planet does the moon Titania belong to?") },
            Tools = { ResponseTool.CreateFileSearchTool([store], maxResultCount: 3) },
            IncludedProperties = { IncludedResponseProperty.FileSearchCallResults },
        };

        var response = (await responses.CreateResponseAsync(options)).Value;

        var search = Assert.Single(response.OutputItems.OfType<FileSearchCallResponseItem>());
        Assert.Equal(FileSearchCallStatus.Completed, search.Status);
        Assert.Equal(file, Assert.Single(search.Results).FileId);
        var message = Assert.Single(response.OutputItems.OfType<MessageResponseItem>());
        var citation = Assert.IsType<FileCitationMessageAnnotation>(Assert.Single(message.Content[0].OutputTextAnnotations));
        Assert.Equal((file, "moons.md"), (citation.FileId, citation.Filename));

        var (text, progress) = ("", 0);
        options.StreamingEnabled = true;
        await foreach (var update in responses.CreateResponseStreamingAsync(options))
        {
            progress += update is StreamingResponseFileSearchCallInProgressUpdate or StreamingResponseFileSearchCallSearchingUpdate
                or StreamingResponseFileSearchCallCompletedUpdate ? 1 : 0;
            text += (update as StreamingResponseOutputTextDeltaUpdate)?.Delta;
        }

        Assert.Equal((response.GetOutputText(), 3), (text, progress));
        Assert.True((await Stores.DeleteVectorStoreAsync(store)).Value.Deleted);
        await Files.DeleteFileAsync(file);
    }

    private async Task FilesAsync(string store, string cats, string dogs)
    {
        var added = (await Stores.AddFileToVectorStoreAsync(store, dogs)).Value;
        Assert.Equal((dogs, store), (added.FileId, added.VectorStoreId));
        var done = await CompletedAsync(store, dogs);
        Assert.Null(done.LastError);
        var strategy = Assert.IsType<StaticFileChunkingStrategy>(done.ChunkingStrategy);
        Assert.Equal((200, 50), (strategy.MaxTokensPerChunk, strategy.OverlappingTokenCount));
        var listed = new List<string>();
        await foreach (var file in Stores.GetVectorStoreFilesAsync(
            store, new VectorStoreFileCollectionOptions { PageSizeLimit = 1, Filter = VectorStoreFileStatusFilter.Completed }))
        {
            listed.Add(file.FileId);
        }

        Assert.Equal([dogs, cats], listed);
        await Stores.UpdateVectorStoreFileAttributesAsync(
            store, dogs, BinaryContent.Create(BinaryData.FromString("""{"attributes":{"animal":"dog"}}""")));
        var content = Json(await Stores.RetrieveVectorStoreFileContentAsync(store, dogs, options: null));
        Assert.Contains("Rex", content.GetProperty("data")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    private async Task SearchAsync(string store, string dogs)
    {
        var found = Json(await Stores.SearchVectorStoreAsync(store, BinaryContent.Create(BinaryData.FromString(
            """{"query":"Who guards the house?","filters":{"type":"eq","key":"animal","value":"dog"}}"""))));
        Assert.Equal("vector_store.search_results.page", found.GetProperty("object").GetString());
        var passage = Assert.Single(found.GetProperty("data").EnumerateArray());
        Assert.Equal((dogs, "dogs.md"), (passage.GetProperty("file_id").GetString(), passage.GetProperty("filename").GetString()));
        Assert.False(found.GetProperty("partial").GetBoolean());
    }

    private async Task BatchAsync(string store, string cats, string dogs)
    {
        Assert.True((await Stores.RemoveFileFromVectorStoreAsync(store, cats)).Value.Removed);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => Stores.GetVectorStoreFileAsync(store, cats))).Status);
        var batch = (await Stores.AddFileBatchToVectorStoreAsync(store, [cats, dogs])).Value;
        Assert.Equal(2, batch.FileCounts.Total);
        var done = await Eventually.GetAsync(
            async () => (await Stores.GetVectorStoreFileBatchAsync(store, batch.BatchId)).Value,
            static one => one.Status == VectorStoreFileBatchStatus.Completed,
            "the batch is ready");
        Assert.Equal(2, done.FileCounts.Completed);
        var files = 0;
        await foreach (var file in Stores.GetVectorStoreFilesInBatchAsync(store, batch.BatchId))
        {
            files++;
        }

        Assert.Equal(2, files);
        Assert.Equal(batch.BatchId, (await Stores.CancelVectorStoreFileBatchAsync(store, batch.BatchId)).Value.BatchId);
    }

    private Task<VectorStoreFile> CompletedAsync(string store, string file) => Eventually.GetAsync(
        async () => (await Stores.GetVectorStoreFileAsync(store, file)).Value, static one => one.Status == VectorStoreFileStatus.Completed, "the file is ingested");

    private async Task<string> UploadAsync(string name, string text) =>
        (await Files.UploadFileAsync(BinaryData.FromString(text), name, FileUploadPurpose.Assistants)).Value.Id;

    private static JsonElement Json(ClientResult result) => JsonDocument.Parse(result.GetRawResponse().Content).RootElement;
}
