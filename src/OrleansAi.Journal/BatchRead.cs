namespace OrleansAi.Journal;

/// <summary>Successive records of a stream.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="First">The position of the first.</param>
/// <param name="Last">The position of the last; those that do not exist are left out.</param>
public readonly record struct JournalSpan(string Stream, long First, long Last);

/// <summary>A payload of an owner.</summary>
/// <param name="Owner">The owner.</param>
/// <param name="Hash">The payload's hash.</param>
public readonly record struct OwnedHash(string Owner, ContentHash Hash);

/// <summary>What is wanted of many streams at once, in one call of the store.</summary>
public sealed record BatchRead
{
    /// <summary>Records; where spans overlap, each stands in the answer once.</summary>
    public IReadOnlyCollection<JournalSpan> Spans { get; init; } = [];

    /// <summary>Only records of these kinds; empty for all.</summary>
    public IReadOnlyList<RecordKind> Kinds { get; init; } = [];

    /// <summary>Whose keys are wanted. They are read after the records, so what those were sealed with is there.</summary>
    public IReadOnlyCollection<string> KeysOf { get; init; } = [];

    /// <summary>Payloads.</summary>
    public IReadOnlyCollection<OwnedHash> Contents { get; init; } = [];

    /// <summary>The spans without overlaps, by stream and position.</summary>
    public IReadOnlyList<JournalSpan> Merged()
    {
        var merged = new List<JournalSpan>(Spans.Count);
        foreach (var span in Spans.Where(static span => span.First <= span.Last).OrderBy(static span => span.Stream, StringComparer.Ordinal).ThenBy(static span => span.First))
        {
            if (merged.Count > 0 && merged[^1] is var before && before.Stream == span.Stream && span.First <= before.Last + 1)
            {
                merged[^1] = before with { Last = Math.Max(before.Last, span.Last) };
            }
            else
            {
                merged.Add(span);
            }
        }

        return merged;
    }
}

/// <summary>What a store has of what was wanted.</summary>
/// <param name="Records">The records of each stream that has any, oldest first.</param>
/// <param name="Keys">The keys of each owner that has some; empty where they were destroyed.</param>
/// <param name="Contents">The payloads; those that do not exist are left out.</param>
public sealed record BatchAnswer(
    IReadOnlyDictionary<string, List<JournalRecord>> Records,
    IReadOnlyDictionary<string, byte[]> Keys,
    IReadOnlyDictionary<OwnedHash, ReadOnlyMemory<byte>> Contents);
