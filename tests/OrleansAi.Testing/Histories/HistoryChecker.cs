namespace OrleansAi.Testing.Histories;

/// <summary>
/// Judges a history of a collection, or of several: names whatever no collection could show that is never stale. It knows only what callers
/// have seen. An operation of unknown outcome is taken to have happened at any later time, or never, whatever fits.
/// </summary>
public static class HistoryChecker
{
    /// <summary>Everything that the history breaks.</summary>
    /// <exception cref="InvalidDataException">A value was written twice: such a history cannot be judged.</exception>
    public static IReadOnlyList<Violation> Check(IEnumerable<HistoryOperation> operations) =>
        [.. operations.GroupBy(static operation => operation.Collection).SelectMany(static group => CheckOne([.. group]))];

    private static IEnumerable<Violation> CheckOne(IReadOnlyList<HistoryOperation> operations)
    {
        var writes = operations.OfType<HistoryWrite>().ToList();
        var reads = operations.OfType<HistoryRead>().Where(static read => read.Outcome != OperationOutcome.Unknown).ToList();
        var answers = reads.Where(static read => read.Outcome == OperationOutcome.Acknowledged).ToList();
        var documents = writes.Select(static write => write.Document)
            .Concat(answers.SelectMany(static read => read.Values.Select(static seen => seen.Document)))
            .Distinct()
            .ToDictionary(
                static document => document,
                document => new DocumentWrites(document, writes.Where(write => write.Document == document), answers));
        return
        [
            .. CheckVersions(operations, reads),
            .. CheckContents(answers),
            .. answers.SelectMany(read => CheckValues(documents, read)),
        ];
    }

    private static IEnumerable<Violation> CheckVersions(IReadOnlyList<HistoryOperation> operations, IReadOnlyList<HistoryRead> reads)
    {
        var written = new ToldVersions(operations.OfType<HistoryWrite>());
        var told = new ToldVersions(operations);
        foreach (var read in reads)
        {
            if (read.Outcome == OperationOutcome.Refused)
            {
                if (read.IsNotReached && (read.AtVersion ?? read.MinVersion) <= told.Before(read.Began))
                {
                    yield return new Violation(ViolationKind.NotReached, read, $"version {told.Before(read.Began)} had been told before");
                }

                continue;
            }

            if (!read.IsVersioned || read.Version is not { } version)
            {
                continue;
            }

            if (version < read.MinVersion || (read.AtVersion is { } at && version != at))
            {
                yield return new Violation(ViolationKind.WrongVersion, read, $"version {version} is not what was asked for");
            }

            if (read.AtVersion is null && version < written.Before(read.Began))
            {
                yield return new Violation(ViolationKind.Stale, read, $"a write had been acknowledged with version {written.Before(read.Began)}");
            }
            else if (read.AtVersion is null && version < told.Before(read.Began))
            {
                yield return new Violation(ViolationKind.WentBack, read, $"version {told.Before(read.Began)} had been told before");
            }
        }
    }

    // What a version consists of never changes, and what is gone does not come back.
    private static IEnumerable<Violation> CheckContents(IReadOnlyList<HistoryRead> answers)
    {
        var whole = answers.Where(static read => read is { IsVersioned: true, IsWhole: true, Document: null, Version: not null })
            .GroupBy(static read => read.Version!.Value).OrderBy(static group => group.Key);
        var gone = new Dictionary<(string Document, string Value), long>();
        var before = new HashSet<(string Document, string Value)>();
        foreach (var version in whole)
        {
            var first = version.First();
            var contents = first.Values.ToHashSet();
            foreach (var other in version.Skip(1).Where(other => !contents.SetEquals(other.Values)))
            {
                var only = string.Join(", ", contents.Except(other.Values).Select(static seen => $"-{seen.Document}={seen.Value}")
                    .Concat(other.Values.Except(contents).Select(static seen => $"+{seen.Document}={seen.Value}")));
                yield return new Violation(ViolationKind.Different, other, $"{only} against another read of version {version.Key}: {first}");
            }

            foreach (var lost in before.Except(contents))
            {
                gone.TryAdd(lost, version.Key);
            }

            foreach (var seen in contents.Where(gone.ContainsKey))
            {
                yield return new Violation(
                    ViolationKind.CameBack, first, $"{seen.Document} has {seen.Value} again, which it had not at version {gone[seen]}");
                gone.Remove(seen);
            }

            before = contents;
        }
    }

    private static IEnumerable<Violation> CheckValues(Dictionary<string, DocumentWrites> documents, HistoryRead read)
    {
        var values = read.Values.Distinct().ToLookup(static seen => seen.Document, static seen => seen.Value);
        foreach (var (document, writes) in documents.Where(entry => read.Document is null || read.Document == entry.Key))
        {
            var seen = values[document].ToList();
            if (seen.Count > 1)
            {
                yield return new Violation(ViolationKind.Doubled, read, $"{document} is {string.Join(" and ", seen)}");
            }

            foreach (var value in seen.Count > 0 ? [.. seen] : read.IsWhole ? new string?[] { null } : [])
            {
                if ((read.IsVersioned ? writes.JudgeAt(read.Version ?? 0, value, read) : writes.JudgeNow(value, read)) is { } found)
                {
                    yield return new Violation(found.Kind, read, $"{document}: {found.Message}");
                }
            }
        }
    }
}
