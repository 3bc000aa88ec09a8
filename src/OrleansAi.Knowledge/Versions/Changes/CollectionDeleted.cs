namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>The collection was deleted, all its versions with it.</summary>
public sealed record CollectionDeleted : CollectionChange;
