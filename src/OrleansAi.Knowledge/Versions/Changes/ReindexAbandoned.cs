namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>Indexing anew was given up; what it wrote is of no use.</summary>
public sealed record ReindexAbandoned : CollectionChange;
