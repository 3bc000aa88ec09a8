using System.Text;
using OrleansAi.Client;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Files;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.Cluster.Collections;

/// <summary>Collections from the first document to the answer.</summary>
public sealed class CollectionTests(CollectionCluster cluster) : IClassFixture<CollectionCluster>
{
    private OrleansAiClient Client => cluster.Host.Client;

    [Fact]
    public async Task Search_IngestedDocument_FindsItsPassageInBothRankings()
    {
        var collection = await Client.Collections.CreateAsync(new NewCollection { Name = "handbook" });
        await AddAsync(Client, collection.Id, "ships.md", "# Ships\n\nA lighthouse guides ships at night.\n");
        var bread = await AddAsync(Client, collection.Id, "bread.md", "# Bread\n\nSourdough bread needs a lively starter.\n");

        var both = await SearchAsync(collection.Id, "sourdough starter");
        var lexical = await SearchAsync(collection.Id, "sourdough starter", search => search with { VectorWeight = 0 });
        var vector = await SearchAsync(collection.Id, "sourdough starter", search => search with { LexicalWeight = 0 });

        Assert.All([both, lexical, vector], answer =>
        {
            Assert.Equal(bread.Id, answer.Passages[0].DocumentId);
            Assert.Contains("lively starter", answer.Passages[0].Text, StringComparison.Ordinal);
            Assert.Equal("bread.md", answer.Passages[0].Name);
            Assert.Empty(answer.Missing);
        });
        Assert.Equal(1, both.Passages[0].Score);
        Assert.Equal(3, both.Version);
        Assert.Equal((2, 2), ((await Client.Collections.GetAsync(collection.Id)).Documents.Completed, (await Client.Collections.GetAsync(collection.Id)).Documents.Total));
        Assert.Contains("lively starter", string.Concat(await Client.Collections.ReadDocumentAsync(collection.Id, bread.Id)), StringComparison.Ordinal);
    }

    private static async Task<CollectionDocumentView> AddAsync(
        OrleansAiClient client, string collection, string name, string text, Func<NewDocument, NewDocument>? how = null)
    {
        var file = await client.Files.UploadAsync(
            new NewFile { Name = name, Purpose = "assistants", MediaType = "text/markdown" }, new MemoryStream(Encoding.UTF8.GetBytes(text)));
        var document = new NewDocument { FileId = file.Id };
        await client.Collections.AddAsync(collection, how?.Invoke(document) ?? document);
        return await Eventually.GetAsync(
            () => client.Collections.GetDocumentAsync(collection, file.Id),
            static document => document.Status != CollectionDocumentStatus.InProgress,
            $"{name} is ingested");
    }

    private Task<CollectionAnswer> SearchAsync(string collection, string query, Func<CollectionSearch, CollectionSearch>? how = null)
    {
        var search = new CollectionSearch { Queries = [query] };
        return Client.Collections.SearchAsync(collection, how?.Invoke(search) ?? search);
    }
}
