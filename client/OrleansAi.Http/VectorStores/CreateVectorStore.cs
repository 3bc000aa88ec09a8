using OrleansAi.Contracts.Collections;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.VectorStores;

/// <summary>The body of <c>POST /v1/vector_stores</c>.</summary>
/// <param name="Collection">What it shall be.</param>
/// <param name="FileIds">The files that are in it from the beginning.</param>
internal sealed record CreateVectorStore(NewCollection Collection, IReadOnlyList<string> FileIds)
{
    public static CreateVectorStore Read(JsonFields fields)
    {
        var collection = new NewCollection
        {
            Name = fields.Text("name", VectorStoreFields.LongestName) ?? "",
            Description = fields.Text("description", VectorStoreFields.LongestDescription),
            Metadata = fields.Metadata("metadata") ?? new Dictionary<string, string>(),
            ExpiresAfterDays = VectorStoreFields.ExpiresAfterDays(fields),
            Chunking = VectorStoreFields.Chunking(fields),
            EmbeddingRoute = fields.Text("embedding_model", 256),
        };
        var files = VectorStoreFields.FileIds(fields);
        fields.Done();
        return new CreateVectorStore(collection, files);
    }
}
