namespace OrleansAi.Knowledge.Versions;

/// <summary>What a collection is. The numbers are stored.</summary>
public enum CollectionStatus
{
    /// <summary>There is none.</summary>
    None = 0,

    /// <summary>It takes documents and answers.</summary>
    Active = 1,

    /// <summary>It expired: it has no documents and takes none.</summary>
    Expired = 2,

    /// <summary>It was deleted.</summary>
    Deleted = 3,
}
