namespace OrleansAi.Knowledge.Versions;

/// <summary>A stored segment.</summary>
/// <param name="Id">Under which it is stored.</param>
/// <param name="Shard">The number of the shard that holds it.</param>
/// <param name="Generation">The generation it was made for.</param>
/// <param name="Chunks">How many chunks it has, dead ones included.</param>
/// <param name="Bytes">The size of its stored form.</param>
public sealed record SegmentRef(string Id, int Shard, int Generation, int Chunks, long Bytes);
