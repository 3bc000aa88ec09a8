namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>The collection expired: from here on it has no documents and takes none.</summary>
public sealed record CollectionExpired : CollectionChange;
