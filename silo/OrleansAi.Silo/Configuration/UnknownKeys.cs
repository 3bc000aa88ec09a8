using OrleansAi.Contracts.Errors;

namespace OrleansAi.Silo.Configuration;

/// <summary>Refuses keys under <c>OrleansAi</c> that nothing reads: a misspelt key must not be ignored in silence.</summary>
internal static class UnknownKeys
{
    // A star stands for a name that the operator chooses.
    private static readonly string[] Known =
    [
        "Storage:Provider",
        "Storage:ConnectionString",
        "Cluster:Mode",
        "Cluster:SiloPort",
        "Cluster:GatewayPort",
        "Cluster:AdvertisedAddress",
        "Cluster:ProbeSeconds",
        "Cluster:ClusterId",
        "Cluster:ServiceId",
        "Auth:Mode",
        "Auth:HashKey",
        "Auth:AuditReads",
        "Limits:Key:RequestsPerMinute",
        "Limits:Key:TokensPerMinute",
        "Limits:Key:ConcurrentRuns",
        "Limits:Project:RequestsPerMinute",
        "Limits:Project:TokensPerMinute",
        "Limits:Project:ConcurrentRuns",
        "Limits:ManagementRequestsPerMinute",
        "Http:MaxBodyBytes",
        "Http:MaxMessages",
        "Http:KeepAliveSeconds",
        "Http:MaxJsonDepth",
        "Http:MaxItems",
        "Http:MaxStringLength",
        "Http:MaxTools",
        "Http:MaxSchemaBytes",
        "Http:MaxChoices",
        "Http:MaxForks",
        "Http:MaxDescriptionLength",
        "Http:MaxEmbeddingInputs",
        "Http:MaxEmbeddingInputCharacters",
        "Http:MaxEmbeddingInputTokens",
        "Http:EmbeddingTimeoutSeconds",
        "Http:SlowReaderSeconds",
        "Http:MaxOpenStreams",
        "Http:WebSocketLifetimeSeconds",
        "Http:WebSocketDrainSeconds",
        "Http:MaxWebSocketLanes",
        "Http:MaxWebSocketResponses",
        "Http:MaxWebSocketPending",
        "Http:MaxWebSocketStateBytes",
        "Http:MaxSchedulingDelayMilliseconds",
        "Http:MaxStorageDelayMilliseconds",
        "Files:MaxFileBytes",
        "Files:MaxFiles",
        "Files:MaxInputBytes",
        "Collections:DocumentsAtOnce",
        "Collections:EmbeddingBatch",
        "Collections:MaxAttempts",
        "Collections:RetryAfterSeconds",
        "Collections:KeepVersionsDays",
        "Collections:ReadLeaseMilliseconds",
        "Journal:MaxBatch",
        "Journal:MaxPending",
        "Journal:Attempts",
        "Journal:Writers",
        "Conversations:WindowMessages",
        "Conversations:WindowCharacters",
        "Conversations:WindowMediaBytes",
        "Conversations:MaxQueuedTurns",
        "Conversations:MaxOpenRuns",
        "Conversations:SnapshotEveryRecords",
        "Conversations:RunTimeoutSeconds",
        "Conversations:DrainSeconds",
        "Conversations:Recording",
        "Retention:MaxAge",
        "Retention:MaxBytes",
        "Retention:PassSeconds",
        "Retention:RunsPerPass",
        "Retention:Tenants:*:MaxAge",
        "Retention:Tenants:*:MaxBytes",
        "Models:*:Candidates:*:Vendor",
        "Models:*:Candidates:*:Model",
        "Models:*:Candidates:*:Pinned",
        "Models:*:Candidates:*:InputPrice",
        "Models:*:Candidates:*:CachedInputPrice",
        "Models:*:Candidates:*:OutputPrice",
        "Models:*:ContextLengthRoute",
        "Models:*:ContentPolicyRoute",
        "Models:*:Retrieval:Collections:*",
        "Models:*:Retrieval:MaxResults",
        "Models:*:Retrieval:ScoreThreshold",
        "Models:*:Retrieval:MaxTokens",
        "Models:*:Retrieval:DenyTools",
        "Models:*:MaxCalls",
        "Models:*:ReturnAfterSeconds",
        "Vendors:*:Kind",
        "Vendors:*:Endpoint",
        "Vendors:*:ApiKey",
        "Vendors:*:ApiKeyFile",
        "Vendors:*:ApiKeyEnv",
        "Vendors:*:TimeoutSeconds",
        "Vendors:*:FirstTokenTimeoutSeconds",
        "Vendors:*:MaxRetries",
        "Vendors:*:MaxConcurrency",
        "Vendors:*:MaxQueue",
        "Vendors:*:StallTimeoutSeconds",
        "Vendors:*:BreakerFailureRatio",
        "Vendors:*:BreakerMinimumCalls",
        "Vendors:*:BreakerWindowSeconds",
        "Vendors:*:BreakerOpenSeconds",
        "Vendors:*:HedgeAfterSeconds",
        "Vendors:*:ContractPolicy",
        "Vendors:*:ApiVersion",
        "Vendors:*:MaxEmbeddingBatch",
        "Vendors:*:MaxEmbeddingBatchCharacters",
        "Vendors:*:EmbeddingOrigin",
        "Embeddings:*:Candidates:*:Vendor",
        "Embeddings:*:Candidates:*:Model",
        "Embeddings:*:Candidates:*:Pinned",
        "Embeddings:*:MaxCalls",
        "Embeddings:*:ReturnAfterSeconds",
        "Documentation:Enabled",
        "Alerts:WebhookUrl",
        "Drift:CallsPerFalseAlarm",
        "Testing:KillAt",
        "Testing:SkipReadConfirmation",
    ];

    /// <summary>Throws for the first unknown key.</summary>
    /// <exception cref="OrleansAiException">A key is unknown; the message names it.</exception>
    public static void Refuse(IConfiguration configuration)
    {
        var root = configuration.GetSection("OrleansAi");
        foreach (var (key, value) in root.AsEnumerable(makePathsRelative: true))
        {
            if (value is not null && key.Length > 0 && !Known.Any(known => Matches(known, key)))
            {
                throw new OrleansAiException(
                    ErrorCodes.InvalidRequest,
                    $"The configuration key 'OrleansAi:{key}' is not known. Remove it or correct its spelling; docs/configuration.md lists the keys.");
            }
        }
    }

    private static bool Matches(string known, string key)
    {
        var expected = known.Split(':');
        var actual = key.Split(':');
        return expected.Length == actual.Length && expected.Zip(actual).All(static pair =>
            pair.First == "*" || string.Equals(pair.First, pair.Second, StringComparison.OrdinalIgnoreCase));
    }
}
