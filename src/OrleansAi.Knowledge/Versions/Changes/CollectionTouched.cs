namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>The collection was used; its expiry counts from here.</summary>
public sealed record CollectionTouched : CollectionChange;
