namespace OrleansAi.Contracts.Collections;

/// <summary>How far the ingestion of a document is.</summary>
public enum CollectionDocumentStatus
{
    /// <summary>It is being ingested.</summary>
    InProgress,

    /// <summary>It can be searched.</summary>
    Completed,

    /// <summary>It could not be ingested; the reason is with it.</summary>
    Failed,

    /// <summary>Its batch was cancelled before it was ingested.</summary>
    Cancelled,
}
