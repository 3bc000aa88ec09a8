using System.Text.Json;
using OrleansAi.Contracts.Collections;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.VectorStores;

/// <summary>The body of <c>POST /v1/vector_stores/{id}</c>: what is missing or null stays, but for an expiry that is null, which ends it.</summary>
internal static class UpdateVectorStore
{
    public static CollectionUpdate Read(JsonFields fields, JsonElement body)
    {
        var update = new CollectionUpdate
        {
            Name = fields.Text("name", VectorStoreFields.LongestName),
            Description = fields.Text("description", VectorStoreFields.LongestDescription),
            Metadata = fields.Metadata("metadata"),
            SetsExpiry = body.TryGetProperty("expires_after", out _),
            ExpiresAfterDays = VectorStoreFields.ExpiresAfterDays(fields),
            EmbeddingRoute = fields.Text("embedding_model", 256),
        };
        fields.Done();
        return update;
    }
}
