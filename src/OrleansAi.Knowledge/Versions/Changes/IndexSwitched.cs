namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>The new index answers from here on, for all documents at once.</summary>
public sealed record IndexSwitched : CollectionChange;
