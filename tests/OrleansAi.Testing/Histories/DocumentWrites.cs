namespace OrleansAi.Testing.Histories;

/// <summary>The writes of one document in their order, and what they make of a read.</summary>
internal sealed class DocumentWrites
{
    private readonly HistoryWrite[] _writes;
    private readonly Dictionary<string, int> _ofValue = new(StringComparer.Ordinal);
    private readonly ToldVersions _seen;

    /// <param name="document">The document.</param>
    /// <param name="writes">Its writes.</param>
    /// <param name="reads">All reads of its collection.</param>
    public DocumentWrites(string document, IEnumerable<HistoryWrite> writes, IEnumerable<HistoryRead> reads)
    {
        _writes = [.. writes.Where(static write => write.Outcome != OperationOutcome.Refused).OrderBy(static write => write.Began)];
        for (var i = 0; i < _writes.Length; i++)
        {
            if (_writes[i].Value is { } value && !_ofValue.TryAdd(value, i))
            {
                throw new InvalidDataException($"'{value}' was written to {document} twice; a value has to tell one write from another.");
            }
        }

        // A write that somebody has seen has happened. One of unknown outcome may have done so late, and tells nothing of those before it.
        _seen = new ToldVersions(reads.SelectMany(read => read.Values
            .Where(seen => seen.Document == document && _ofValue.TryGetValue(seen.Value, out var index) && _writes[index].Outcome == OperationOutcome.Acknowledged)
            .Select(seen => read with { Version = _ofValue[seen.Value] + 1 })));
    }

    /// <summary>Judges what a version has of the document.</summary>
    /// <param name="version">The version.</param>
    /// <param name="value">What it has; null for nothing.</param>
    /// <param name="read">The read that says so.</param>
    /// <returns>Null when it may be.</returns>
    public (ViolationKind Kind, string Message)? JudgeAt(long version, string? value, HistoryRead read)
    {
        var last = Array.FindLastIndex(_writes, write => write.Outcome == OperationOutcome.Acknowledged && write.Version <= version);
        return Judge(
            last,
            value,
            (write, isLater) => write.Began < read.Ended
                && (write.Outcome == OperationOutcome.Unknown || (isLater && !(write.IsExact && write.Version > version))),
            $"version {version}");
    }

    /// <summary>Judges what a read, which is not of a version, has of the document.</summary>
    /// <returns>Null when it may be.</returns>
    public (ViolationKind Kind, string Message)? JudgeNow(string? value, HistoryRead read)
    {
        var last = Array.FindLastIndex(_writes, write => write.Outcome == OperationOutcome.Acknowledged && write.Ended < read.Began);
        var seen = (int)_seen.Before(read.Began) - 1;
        var found = Judge(
            Math.Max(last, seen), value, (write, isLater) => write.Began < read.Ended && (isLater || write.Outcome == OperationOutcome.Unknown), "the read");
        return found is { Kind: ViolationKind.Superseded or ViolationKind.Lost } && seen > last ? (ViolationKind.WentBack, found.Value.Message) : found;
    }

    private (ViolationKind Kind, string Message)? Judge(int last, string? value, Func<HistoryWrite, bool, bool> mayBe, string what)
    {
        if (last < 0 ? value is null : _writes[last].Value == value)
        {
            return null;
        }

        for (var i = 0; i < _writes.Length; i++)
        {
            if (_writes[i].Value == value && mayBe(_writes[i], i > last))
            {
                return null;
            }
        }

        var expected = last < 0 ? "nothing, which nobody had written yet" : $"what was acknowledged last: {_writes[last]}";
        if (value is null)
        {
            return (ViolationKind.Lost, $"{what} has nothing instead of {expected}");
        }

        var index = _ofValue.GetValueOrDefault(value, -1);
        return index >= 0 && index < last
            ? (ViolationKind.Superseded, $"{what} has {value} instead of {expected}")
            : (ViolationKind.Unexplained, $"{what} has {value}{(index < 0 ? "" : $" ({_writes[index]})")} instead of {expected}");
    }
}
