namespace OrleansAi.Knowledge.Versions;

/// <summary>How far the newest form of a document is. The numbers are stored.</summary>
public enum DocumentStatus
{
    /// <summary>Accepted, not indexed yet.</summary>
    InProgress = 0,

    /// <summary>Indexed and searched.</summary>
    Completed = 1,

    /// <summary>It could not be indexed.</summary>
    Failed = 2,
}
