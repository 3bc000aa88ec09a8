namespace OrleansAi.Contracts.Errors;

/// <summary>The stable codes that an error carries on every surface. A code is never renamed or reused.</summary>
public static class ErrorCodes
{
    /// <summary>The request is malformed or breaks a limit (HTTP 400).</summary>
    public const string InvalidRequest = "invalid_request";

    /// <summary>The input does not fit the model's context (HTTP 400).</summary>
    public const string ContextTooLong = "context_too_long";

    /// <summary>No usable credential was given (HTTP 401).</summary>
    public const string InvalidApiKey = "invalid_api_key";

    /// <summary>The key may not do this (HTTP 403).</summary>
    public const string Forbidden = "forbidden";

    /// <summary>No such response (HTTP 404).</summary>
    public const string ResponseNotFound = "response_not_found";

    /// <summary>No such conversation (HTTP 404).</summary>
    public const string ConversationNotFound = "conversation_not_found";

    /// <summary>No such item in the conversation (HTTP 404).</summary>
    public const string ItemNotFound = "item_not_found";

    /// <summary>No such route; the message lists the known ones (HTTP 404).</summary>
    public const string ModelNotFound = "model_not_found";

    /// <summary>No such vendor; the message lists the known ones (HTTP 404).</summary>
    public const string VendorNotFound = "vendor_not_found";

    /// <summary>No such key in the caller's organisation (HTTP 404).</summary>
    public const string KeyNotFound = "key_not_found";

    /// <summary>No such project in the caller's organisation (HTTP 404).</summary>
    public const string ProjectNotFound = "project_not_found";

    /// <summary>No such file (HTTP 404).</summary>
    public const string FileNotFound = "file_not_found";

    /// <summary>The response to continue from does not exist (HTTP 404).</summary>
    public const string PreviousResponseNotFound = "previous_response_not_found";

    /// <summary>A turn is running and the overlap policy is reject (HTTP 409).</summary>
    public const string ConversationLocked = "conversation_locked";

    /// <summary>Something was said after the turn that a fork would replace (HTTP 409).</summary>
    public const string ConversationMovedOn = "conversation_moved_on";

    /// <summary>The run cannot become a turn of a conversation; the message says why (HTTP 409).</summary>
    public const string RunNotPromotable = "run_not_promotable";

    /// <summary>The idempotency key was used with another body (HTTP 409).</summary>
    public const string IdempotencyKeyReused = "idempotency_key_reused";

    /// <summary>The addressed state has moved on (HTTP 409).</summary>
    public const string VersionConflict = "version_conflict";

    /// <summary>Something with this name is there already (HTTP 409).</summary>
    public const string AlreadyExists = "already_exists";

    /// <summary>The body is larger than the limit (HTTP 413).</summary>
    public const string RequestTooLarge = "request_too_large";

    /// <summary>The key or its project has asked for more than it may (HTTP 429).</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>The body's arrays and objects are nested deeper than the limit (HTTP 400).</summary>
    public const string JsonTooDeep = "json_too_deep";

    /// <summary>An array or object of the body has more values than the limit (HTTP 400).</summary>
    public const string TooManyItems = "too_many_items";

    /// <summary>A string of the body is longer than the limit (HTTP 400).</summary>
    public const string StringTooLong = "string_too_long";

    /// <summary>The request has more tools than the limit (HTTP 400).</summary>
    public const string TooManyTools = "too_many_tools";

    /// <summary>A JSON schema of the request is larger than the limit (HTTP 400).</summary>
    public const string SchemaTooLarge = "schema_too_large";

    /// <summary>The request has more texts to embed than the limit (HTTP 400).</summary>
    public const string TooManyInputs = "too_many_inputs";

    /// <summary>A text to embed is longer than the limit (HTTP 400).</summary>
    public const string InputTooLong = "input_too_long";

    /// <summary>A file, or all files of a request together, are larger than the limit (HTTP 413).</summary>
    public const string FileTooLarge = "file_too_large";

    /// <summary>There are as many files as there may be (HTTP 400).</summary>
    public const string TooManyFiles = "too_many_files";

    /// <summary>The body is not declared as the kind that is taken (HTTP 415).</summary>
    public const string UnsupportedMediaType = "unsupported_media_type";

    /// <summary>The WebSocket was open for as long as it may be; a new one goes on (status 400 of an error event).</summary>
    public const string WebSocketConnectionLimitReached = "websocket_connection_limit_reached";

    /// <summary>The WebSocket has as many named lanes as it may have (status 400 of an error event).</summary>
    public const string WebSocketStreamLimitReached = "websocket_stream_limit_reached";

    /// <summary>The document is of a kind that cannot be read (HTTP 400).</summary>
    public const string UnsupportedFile = "unsupported_file";

    /// <summary>The document is broken, encrypted or deeper than the limit; it will not get better (HTTP 400).</summary>
    public const string InvalidFile = "invalid_file";

    /// <summary>The document, or the text in it, is larger than the limit (HTTP 413).</summary>
    public const string DocumentTooLarge = "document_too_large";

    /// <summary>The document could not be read in the time allowed (HTTP 400).</summary>
    public const string DocumentTimeout = "document_timeout";

    /// <summary>The vectors come from another embedding model, or have another dimension, than the index (HTTP 409).</summary>
    public const string EmbeddingModelMismatch = "embedding_model_mismatch";

    /// <summary>A stored part of an index is damaged; it must be built again (HTTP 500).</summary>
    public const string IndexCorrupt = "index_corrupt";

    /// <summary>The version of the collection was let go by its retention (HTTP 410).</summary>
    public const string VersionNotRetained = "version_not_retained";

    /// <summary>The collection has no such version yet (HTTP 409).</summary>
    public const string VersionNotReached = "version_not_reached";

    /// <summary>No such collection (HTTP 404).</summary>
    public const string CollectionNotFound = "vector_store_not_found";

    /// <summary>No such document in the collection (HTTP 404).</summary>
    public const string DocumentNotFound = "document_not_found";

    /// <summary>A queue is full (HTTP 429 for a conversation's own queue, 503 for the silo).</summary>
    public const string Overloaded = "overloaded";

    /// <summary>The store did not take the write in time; nothing was accepted (HTTP 503).</summary>
    public const string StorageUnavailable = "storage_unavailable";

    /// <summary>Every attempt at every candidate failed (HTTP 502).</summary>
    public const string VendorFailed = "vendor_failed";

    /// <summary>The vendor answered outside its contract (HTTP 502).</summary>
    public const string VendorContractViolated = "vendor_contract_violated";

    /// <summary>The vendor cannot be reached or refuses work (HTTP 503).</summary>
    public const string VendorUnavailable = "vendor_unavailable";

    /// <summary>The vendor did not answer in time (HTTP 504).</summary>
    public const string VendorTimeout = "vendor_timeout";

    /// <summary>The run has not ended yet (HTTP 409).</summary>
    public const string RunNotEnded = "run_not_ended";

    /// <summary>What the run was made from was deleted, or was never kept (HTTP 410).</summary>
    public const string ContentNotKept = "content_not_kept";

    /// <summary>The run has no such step (HTTP 404).</summary>
    public const string StepNotFound = "step_not_found";

    /// <summary>A fork's model called a function, and the fork was made with tools denied: the run is incomplete.</summary>
    public const string ToolDenied = "tool_denied";

    /// <summary>A fork's model called a function as its origin has not, so no output is recorded: the run is incomplete.</summary>
    public const string ToolOutputNotRecorded = "tool_output_not_recorded";

    /// <summary>A fork's model called functions again and again: the run is incomplete.</summary>
    public const string ToolRoundsExceeded = "tool_rounds_exceeded";

    /// <summary>The run neither failed nor is it incomplete or flagged, so there is nothing to explain.</summary>
    public const string NothingToExplain = "nothing_to_explain";

    /// <summary>An archive is broken, altered, of a newer version, or lacks something that it refers to.</summary>
    public const string InvalidArchive = "invalid_archive";

    /// <summary>The run was cancelled by a caller.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>A defect of this product; the message names the request id (HTTP 500).</summary>
    public const string Internal = "internal_error";
}
