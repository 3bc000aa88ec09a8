namespace OrleansAi.Tests.Cluster.Access;

/// <summary>
/// Every route of the HTTP front. Whoever maps a new one adds what is to be tried on it: one case for each way in which a
/// request can name something that belongs to a tenant.
/// </summary>
internal static class IsolationCases
{
    /// <summary>The media type of <see cref="Form"/>.</summary>
    public const string FormType = "multipart/form-data; boundary=b";

    public static readonly IReadOnlyList<IsolationCase> All =
    [
        new("POST /v1/responses", static e => ("/v1/responses", """{"input":"hello"}""")) { NamesThings = false },
        new("POST /v1/responses", static e => ("/v1/responses", $$"""{"input":"go on","previous_response_id":"{{e.Run}}"}""")) { OwnMark = static e => e.Run },
        new("POST /v1/responses", static e => ("/v1/responses", $$"""{"input":"go on","conversation":"{{e.Conversation}}"}""")) { OwnMark = static e => e.Conversation },
        new("POST /v1/responses", static e => ("/v1/responses", $$"""{"input":[{"type":"item_reference","id":"{{e.Item}}"}],"conversation":"{{IsolationTests.SharedConversation}}"}""")) { OwnMark = static e => IsolationTests.SharedConversation },
        new("GET /v1/responses", static e => ("/v1/responses", null)) { NamesThings = false, OwnStatus = 426 },
        new("GET /v1/responses/{id}", static e => ($"/v1/responses/{e.Run}", null)) { OwnMark = static e => e.Run },
        new("GET /v1/responses/{id}", static e => ($"/v1/responses/{e.Run}?stream=true", null)) { OwnMark = static e => e.Run },
        new("DELETE /v1/responses/{id}", static e => ($"/v1/responses/{e.Run}", null)) { OwnerSends = false },
        new("GET /v1/responses/{id}/input_items", static e => ($"/v1/responses/{e.Run}/input_items", null)) { OwnMark = static e => e.Text },
        new("POST /v1/responses/compact", static e => ("/v1/responses/compact", $$"""{"previous_response_id":"{{e.Run}}"}""")) { OwnMark = static _ => "compaction" },
        new("POST /v1/responses/input_tokens", static e => ("/v1/responses/input_tokens", $$"""{"input":"x","previous_response_id":"{{e.Run}}"}""")) { OwnMark = static _ => "input_tokens" },
        new("POST /v1/responses/input_tokens", static e => ("/v1/responses/input_tokens", $$"""{"input":"x","conversation":"{{e.Conversation}}"}""")) { OwnMark = static _ => "input_tokens" },
        new("POST /v1/responses/{id}/cancel", static e => ($"/v1/responses/{e.Run}/cancel", null)) { OwnMark = static e => e.Run },

        new("POST /v1/conversations", static e => ("/v1/conversations", "{}")) { NamesThings = false },
        new("GET /v1/conversations/{id}", static e => ($"/v1/conversations/{e.Conversation}", null)) { OwnMark = static e => e.Conversation },
        new("POST /v1/conversations/{id}", static e => ($"/v1/conversations/{e.Conversation}", """{"metadata":{"a":"b"}}""")) { OwnMark = static e => e.Conversation },
        new("DELETE /v1/conversations/{id}", static e => ($"/v1/conversations/{e.Conversation}", null)) { OwnerSends = false },
        new("GET /v1/conversations/{id}/items", static e => ($"/v1/conversations/{e.Conversation}/items", null)) { OwnMark = static e => e.Text },
        new("GET /v1/conversations/{id}/items/{item}", static e => ($"/v1/conversations/{e.Conversation}/items/{e.Item}", null)) { OwnMark = static e => e.Text },
        new("GET /v1/conversations/{id}/items", static e => ($"/v1/conversations/{IsolationTests.SharedConversation}/items?after={e.Item}", null)) { OwnStatus = 404 },
        new("POST /v1/conversations/{id}/items", static e => ($"/v1/conversations/{e.Conversation}/items", """{"items":[{"role":"user","content":"more"}]}""")) { OwnMark = static _ => "more" },
        new("DELETE /v1/conversations/{id}/items/{item}", static e => ($"/v1/conversations/{e.Conversation}/items/{e.Item}", null)) { OwnerSends = false },

        // A conversation of the same id that each tenant has: only the item is the other's.
        new("GET /v1/conversations/{id}/items/{item}", static e => ($"/v1/conversations/{IsolationTests.SharedConversation}/items/{e.Item}", null)) { OwnStatus = 404 },
        new("GET /v1/conversations/{id}/items", static e => ($"/v1/conversations/{IsolationTests.SharedConversation}/items", null)) { NamesThings = false },

        new("POST /v1/chat/completions", static e => ("/v1/chat/completions", """{"messages":[{"role":"user","content":"hello"}]}""")) { NamesThings = false },
        new("GET /v1/chat/completions", static e => ("/v1/chat/completions", null)) { NamesThings = false, OwnMark = static e => e.Completion },
        new("GET /v1/chat/completions", static e => ($"/v1/chat/completions?after={e.Completion}", null)) { NamesThings = false },
        new("GET /v1/chat/completions/{id}", static e => ($"/v1/chat/completions/{e.Completion}", null)) { OwnMark = static e => e.Completion },
        new("POST /v1/chat/completions/{id}", static e => ($"/v1/chat/completions/{e.Completion}", """{"metadata":{"a":"b"}}""")) { OwnMark = static e => e.Completion },
        new("DELETE /v1/chat/completions/{id}", static e => ($"/v1/chat/completions/{e.Completion}", null)) { OwnerSends = false },
        new("GET /v1/chat/completions/{id}/messages", static e => ($"/v1/chat/completions/{e.Completion}/messages", null)) { OwnMark = static e => e.Text },

        new("POST /v1/files", static e => ("/v1/files", Form("new"))) { NamesThings = false, MediaType = FormType, OwnMark = static _ => "file-" },
        new("GET /v1/files", static e => ("/v1/files", null)) { NamesThings = false, OwnMark = static e => e.File },
        new("GET /v1/files", static e => ($"/v1/files?after={e.File}", null)) { NamesThings = false },
        new("GET /v1/files/{id}", static e => ($"/v1/files/{e.File}", null)) { OwnMark = static e => e.File },
        new("GET /v1/files/{id}/content", static e => ($"/v1/files/{e.File}/content", null)) { OwnMark = static e => e.Text },
        new("DELETE /v1/files/{id}", static e => ($"/v1/files/{e.File}", null)) { OwnerSends = false },
        new("POST /v1/responses", static e => ("/v1/responses", $$"""{"input":[{"role":"user","content":[{"type":"input_file","file_id":"{{e.File}}"}]}]}""")) { OwnMark = static _ => "completed" },
        new("POST /v1/responses/input_tokens", static e => ("/v1/responses/input_tokens", $$"""{"input":[{"role":"user","content":[{"type":"input_file","file_id":"{{e.File}}"}]}]}""")) { OwnMark = static _ => "input_tokens" },
        new("POST /v1/chat/completions", static e => ("/v1/chat/completions", $$$"""{"messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"{{{e.File}}}"}}]}]}""")) { OwnMark = static _ => "chatcmpl-" },
        new("POST /v1/conversations/{id}/items", static e => ($"/v1/conversations/{IsolationTests.SharedConversation}/items", $$"""{"items":[{"role":"user","content":[{"type":"input_file","file_id":"{{e.File}}"}]}]}""")) { OwnMark = static e => e.File },

        .. VectorStoreIsolationCases.All,

        new("POST /v1/embeddings", static e => ("/v1/embeddings", """{"input":"hello"}""")) { NamesThings = false },

        // The routes are the installation's and the same for all.
        new("GET /v1/models", static e => ("/v1/models", null)) { NamesThings = false },
        new("GET /v1/models/{id}", static e => ("/v1/models/default", null)) { NamesThings = false },

        new("GET /api/runs", static e => ("/api/runs", null)) { NamesThings = false, OwnMark = static e => e.Run },
        new("GET /api/runs", static e => ($"/api/runs?conversation={e.Conversation}", null)) { OwnMark = static e => e.Run },
        new("GET /api/runs/{id}", static e => ($"/api/runs/{e.Run}", null)) { OwnMark = static e => e.Run },
        new("GET /api/runs/{id}/steps/{n}", static e => ($"/api/runs/{e.Run}/steps/2", null)) { OwnMark = static e => e.Run },
        new("GET /api/runs", static e => ($"/api/runs?forkedFrom={e.Run}", null)) { NamesThings = false },
        new("POST /api/runs/{id}/fork", static e => ($"/api/runs/{e.Run}/fork", "{}")) { OwnMark = static e => e.Run },
        new("POST /api/runs/{id}/promote", static e => ($"/api/runs/{e.Run}/promote", null)) { OwnMark = static e => e.Run, OwnStatus = 409 },
        new("POST /api/runs/{id}/replay", static e => ($"/api/runs/{e.Run}/replay", null)) { OwnMark = static e => e.Run },
        // The answers are flagged, so that there is something to explain.
        new("GET /api/runs/{id}/explain", static e => ($"/api/runs/{e.Run}/explain", null)) { OwnMark = static e => e.Run },
        new("GET /api/runs/{a}/diff/{b}", static e => ($"/api/runs/{e.Run}/diff/{e.Completion}", null)) { OwnMark = static e => e.Run },

        new("GET /api/conversations", static e => ("/api/conversations", null)) { NamesThings = false, OwnMark = static e => e.Conversation },
        new("GET /api/conversations", static e => ($"/api/conversations?cursor={e.Conversation}", null)) { NamesThings = false },
        new("GET /api/conversations/{id}/export", static e => ($"/api/conversations/{e.Conversation}/export", null)) { OwnMark = static e => e.Conversation },

        // What is imported becomes the importer's own, whatever is in it; a body of JSON is no archive.
        new("POST /api/conversations/import", static e => ("/api/conversations/import", "{}")) { NamesThings = false, OwnStatus = 415 },

        // Vendors are the installation's; the runs given as examples are not.
        new("GET /api/vendors", static e => ("/api/vendors", null)) { NamesThings = false, OwnMark = static e => e.Run },
        new("GET /api/vendors/{name}", static e => ("/api/vendors/double", null)) { NamesThings = false, OwnMark = static e => e.Run },
        new("GET /api/alerts", static e => ("/api/alerts", null)) { NamesThings = false, OwnMark = static e => e.Run },

        new("GET /api/projects", static e => ("/api/projects", null)) { NamesThings = false, OwnMark = static e => e.Key.Project, IsOfOrganization = true },
        new("POST /api/projects", static e => ("/api/projects", $$"""{"name":"{{e.ProjectName}}"}""")) { NamesThings = false, OwnerSends = false, IsOfOrganization = true },
        new("GET /api/keys", static e => ("/api/keys", null)) { NamesThings = false, OwnMark = static e => e.Key.Id, IsOfOrganization = true },
        new("POST /api/keys", static e => ("/api/keys", $$"""{"role":"app","project":"{{e.Key.Project}}"}""")) { OwnMark = static e => e.Key.Project, IsOfOrganization = true },
        new("POST /api/keys/{id}/revoke", static e => ($"/api/keys/{e.Key.Id}/revoke", null)) { OwnerSends = false, IsOfOrganization = true },
        new("GET /api/audit", static e => ("/api/audit?limit=200", null)) { NamesThings = false, OwnMark = static e => e.Key.Id },
        new("GET /api/audit", static e => ($"/api/audit?project={e.Key.Project}", null)) { OwnMark = static e => e.Key.Id, IsOfOrganization = true },

        new("* /health/live", static e => ("/health/live", null)) { NamesThings = false },
        new("* /health/ready", static e => ("/health/ready", null)) { NamesThings = false },
    ];

    /// <summary>An upload of a text.</summary>
    public static string Form(string text) =>
        "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nuser_data\r\n"
        + $"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n{text}\r\n--b--\r\n";
}
