using System.Text;
using OrleansAi.Client;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Files;
using OrleansAi.Testing;

namespace OrleansAi.Tests.Cluster.Collections;

/// <summary>What tests do with the documents of one tenant.</summary>
internal sealed class Documents(OrleansAiClient client)
{
    public OrleansAiClient Client => client;

    public async Task<string> CreateAsync(string name = "") => (await client.Collections.CreateAsync(new NewCollection { Name = name })).Id;

    public Task<FileView> UploadAsync(string name, string text) => client.Files.UploadAsync(
        new NewFile { Name = name, Purpose = "assistants", MediaType = "" }, new MemoryStream(Encoding.UTF8.GetBytes(text)));

    /// <summary>Adds a document and waits until its ingestion has ended, well or not.</summary>
    public async Task<CollectionDocumentView> AddAsync(string collection, string name, string text, Func<NewDocument, NewDocument>? how = null)
    {
        var document = new NewDocument { FileId = (await UploadAsync(name, text)).Id };
        await client.Collections.AddAsync(collection, how?.Invoke(document) ?? document);
        return await EndedAsync(collection, document.FileId);
    }

    public Task<CollectionDocumentView> EndedAsync(string collection, string id) => Eventually.GetAsync(
        () => client.Collections.GetDocumentAsync(collection, id),
        static document => document.Status != CollectionDocumentStatus.InProgress,
        $"the document {id} is ingested");

    public Task<CollectionAnswer> SearchAsync(string collection, string query, Func<CollectionSearch, CollectionSearch>? how = null)
    {
        var search = new CollectionSearch { Queries = [query] };
        return client.Collections.SearchAsync(collection, how?.Invoke(search) ?? search);
    }
}
