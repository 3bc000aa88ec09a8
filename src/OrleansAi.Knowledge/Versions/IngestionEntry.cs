namespace OrleansAi.Knowledge.Versions;

/// <summary>Indexing that is under way.</summary>
/// <param name="Id">The id under which the index of runs has it.</param>
/// <param name="Position">The position of the record that began it.</param>
/// <param name="At">When it began, Unix milliseconds.</param>
public sealed record IngestionEntry(string Id, long Position, long At);
