namespace OrleansAi.Knowledge.Versions;

/// <summary>A generation that was searched, from a version on.</summary>
/// <param name="Generation">The generation.</param>
/// <param name="Since">The first version that is searched with it.</param>
public sealed record GenerationEntry(IndexGeneration Generation, long Since);
