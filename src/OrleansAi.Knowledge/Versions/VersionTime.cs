namespace OrleansAi.Knowledge.Versions;

/// <summary>When a version was made.</summary>
/// <param name="Version">The version.</param>
/// <param name="At">Unix milliseconds.</param>
public readonly record struct VersionTime(long Version, long At);
