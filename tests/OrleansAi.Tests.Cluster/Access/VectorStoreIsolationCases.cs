namespace OrleansAi.Tests.Cluster.Access;

/// <summary>What is tried on the routes of vector stores.</summary>
internal static class VectorStoreIsolationCases
{
    private const string Shared = "/v1/vector_stores/" + IsolationTests.SharedStore;

    public static readonly IReadOnlyList<IsolationCase> All =
    [
        new("POST /v1/vector_stores", static e => ("/v1/vector_stores", "{}")) { NamesThings = false, OwnMark = static _ => "vs_" },
        new("GET /v1/vector_stores", static e => ("/v1/vector_stores", null)) { NamesThings = false, OwnMark = static e => e.Store },
        new("GET /v1/vector_stores", static e => ($"/v1/vector_stores?after={e.Store}", null)) { NamesThings = false },
        new("GET /v1/vector_stores/{id}", static e => ($"/v1/vector_stores/{e.Store}", null)) { OwnMark = static e => e.Store },
        new("POST /v1/vector_stores/{id}", static e => ($"/v1/vector_stores/{e.Store}", """{"metadata":{"a":"b"}}""")) { OwnMark = static e => e.Store },
        new("DELETE /v1/vector_stores/{id}", static e => ($"/v1/vector_stores/{e.Store}", null)) { OwnerSends = false },
        new("POST /v1/vector_stores/{id}/search", static e => ($"/v1/vector_stores/{e.Store}/search", """{"query":"text"}""")) { OwnMark = static e => e.Text },

        new("GET /v1/vector_stores/{id}/events", static e => ($"/v1/vector_stores/{e.Store}/events", null)) { OwnMark = static e => e.File },
        new("GET /v1/vector_stores/{id}/events", static e => ($"{Shared}/events", null)) { NamesThings = false, OwnMark = static e => e.File },
        new("GET /v1/vector_stores/{id}/files", static e => ($"/v1/vector_stores/{e.Store}/files", null)) { OwnMark = static e => e.File },
        new("GET /v1/vector_stores/{id}/files/{file}", static e => ($"/v1/vector_stores/{e.Store}/files/{e.File}", null)) { OwnMark = static e => e.File },
        new("GET /v1/vector_stores/{id}/files/{file}/content", static e => ($"/v1/vector_stores/{e.Store}/files/{e.File}/content", null)) { OwnMark = static e => e.Text },
        new("POST /v1/vector_stores/{id}/files/{file}", static e => ($"/v1/vector_stores/{e.Store}/files/{e.File}", """{"attributes":{"a":1}}""")) { OwnMark = static e => e.File },
        new("DELETE /v1/vector_stores/{id}/files/{file}", static e => ($"/v1/vector_stores/{e.Store}/files/{e.File}", null)) { OwnerSends = false },
        new("GET /v1/vector_stores/{id}/file_batches/{batch}", static e => ($"/v1/vector_stores/{e.Store}/file_batches/{e.Batch}", null)) { OwnMark = static e => e.Batch },
        new("GET /v1/vector_stores/{id}/file_batches/{batch}/files", static e => ($"/v1/vector_stores/{e.Store}/file_batches/{e.Batch}/files", null)) { OwnMark = static e => e.File },
        new("POST /v1/vector_stores/{id}/file_batches/{batch}/cancel", static e => ($"/v1/vector_stores/{e.Store}/file_batches/{e.Batch}/cancel", null)) { OwnMark = static e => e.Batch },

        // A turn that is to be told out of the other's.
        new("POST /v1/responses", static e => (
            "/v1/responses", $$"""{"input":"text","tools":[{"type":"file_search","vector_store_ids":["{{e.Store}}"]}],"include":["file_search_call.results"]}""")) { OwnMark = static e => e.File },
        new("POST /v1/responses", static e => (
            "/v1/responses", $$"""{"input":"text","tools":[{"type":"file_search","vector_store_ids":["{{IsolationTests.SharedStore}}"]}],"include":["file_search_call.results"]}"""))
        {
            NamesThings = false,
            OwnMark = static e => e.File,
        },

        // A vector store of the same id that each tenant has: only what is in it is the other's.
        new("POST /v1/vector_stores/{id}/search", static e => ($"{Shared}/search", """{"query":"text"}""")) { NamesThings = false, OwnMark = static e => e.Text },
        new("POST /v1/vector_stores/{id}/search", static e => ($"{Shared}/search", $$"""{"query":"{{e.Text}}"}""")) { NamesThings = false, OwnMark = static e => e.File },
        new("GET /v1/vector_stores/{id}/files", static e => ($"{Shared}/files", null)) { NamesThings = false, OwnMark = static e => e.File },
        new("GET /v1/vector_stores/{id}/files", static e => ($"{Shared}/files?after={e.File}", null)) { NamesThings = false },
        new("GET /v1/vector_stores/{id}/files/{file}", static e => ($"{Shared}/files/{e.File}", null)) { OwnMark = static e => e.File },
        new("GET /v1/vector_stores/{id}/files/{file}/content", static e => ($"{Shared}/files/{e.File}/content", null)) { OwnMark = static e => e.Text },
        new("GET /v1/vector_stores/{id}/file_batches/{batch}", static e => ($"{Shared}/file_batches/{e.Batch}", null)) { OwnStatus = 404 },

        // The file is the other's, wherever it shall go.
        new("POST /v1/vector_stores", static e => ("/v1/vector_stores", $$"""{"file_ids":["{{e.File}}"]}""")) { OwnMark = static _ => "vs_" },
        new("POST /v1/vector_stores/{id}/files", static e => ($"/v1/vector_stores/{e.Store}/files", $$"""{"file_id":"{{e.File}}"}""")) { OwnMark = static e => e.File },
        new("POST /v1/vector_stores/{id}/files", static e => ($"{Shared}/files", $$"""{"file_id":"{{e.File}}"}""")) { OwnMark = static e => e.File },
        new("POST /v1/vector_stores/{id}/file_batches", static e => ($"/v1/vector_stores/{e.Store}/file_batches", $$"""{"file_ids":["{{e.File}}"]}""")) { OwnMark = static e => e.Store },
        new("POST /v1/vector_stores/{id}/file_batches", static e => ($"{Shared}/file_batches", $$"""{"files":[{"file_id":"{{e.File}}"}]}""")) { OwnMark = static _ => "vsfb_" },
    ];
}
