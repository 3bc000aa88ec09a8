using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;

namespace OrleansAi.Engine.Integrity;

/// <summary>Walks along the hash chain of one stream.</summary>
internal sealed class ChainCheck(string stream, Action<Injury> found)
{
    private const string Table = "journal_records";

    // What is kept to tell records that changed places from records that were changed.
    private const int MostSuspects = 64;

    private readonly List<Suspect> _suspects = [];

    // What the next record may be chained to: the hash of the last one, and where that one is injured, also the hash that it
    // should have. None when it is not known.
    private byte[][] _before = [[]];
    private bool _isJudged = true;
    private long _chainBegan;

    /// <summary>The last position.</summary>
    public long Last { get; private set; }

    /// <summary>How many records have no hash because they are older than the chain.</summary>
    public long Unchained { get; private set; }

    /// <summary>The head that has to be written down; null for none.</summary>
    public long? Head { get; private set; }

    /// <summary>True when a record is injured.</summary>
    public bool IsInjured { get; private set; }

    /// <summary>Takes the next record.</summary>
    /// <returns>False when it is not what was written.</returns>
    public bool Take(StoredRecord record)
    {
        if (record.Position != Last + 1)
        {
            Report(Last + 1, InjuryKind.Missing, record.Position == Last + 2
                ? "The record is missing."
                : $"The records {Last + 1} to {record.Position - 1} are missing.");
            _before = [];
        }

        Last = record.Position;
        if (record.Hash is null)
        {
            return TakeUnchained(record);
        }

        if (_chainBegan == 0)
        {
            _chainBegan = record.Position;
        }

        if (RecordChain.MovesHead(record.Position, (RecordKind)record.Kind))
        {
            Head = record.Position;
        }

        var digest = Digest(record.Position, record, record.Body.Span);
        var isKind = record.Kind is >= short.MinValue and <= short.MaxValue;
        if (isKind && _before.Any(before => Matches(before, digest, record.Hash)))
        {
            (_before, _isJudged) = ([record.Hash], true);
            return true;
        }

        // Behind a gap or an injury nothing tells what a record is chained to; its own hash is good for the next one if it is.
        var isUnjudged = isKind && (_before.Length == 0 || !_isJudged);
        Keep(new Suspect(record, _before, isUnjudged));
        _before = [record.Hash, .. _before.Take(1).Select(before => RecordChain.Link(before, digest))];
        _isJudged = isUnjudged;
        return isUnjudged;
    }

    /// <summary>Names the suspects, once the end is reached.</summary>
    public void End()
    {
        foreach (var one in _suspects.Where(static one => !one.IsUnjudged))
        {
            Name(one);
        }

        _suspects.Clear();
    }

    private bool TakeUnchained(StoredRecord record)
    {
        if (_chainBegan == 0)
        {
            Unchained++;
            _before = [[]];
            return true;
        }

        Report(record.Position, InjuryKind.Changed, $"The record has no hash, though those from {_chainBegan} on have one.");
        (_before, _isJudged) = ([], false);
        return false;
    }

    private void Keep(Suspect one)
    {
        if (!one.IsUnjudged)
        {
            IsInjured = true;
        }

        _suspects.Add(one);
        if (_suspects.Count > MostSuspects)
        {
            if (!_suspects[0].IsUnjudged)
            {
                Name(_suspects[0]);
            }

            _suspects.RemoveAt(0);
        }
    }

    private void Name(Suspect one)
    {
        foreach (var other in _suspects.Where(other => !ReferenceEquals(one, other)))
        {
            if (Fits(one, other.Record, other.Record.Body))
            {
                Report(one.Record.Position, InjuryKind.Reordered, $"The record that belongs here stands at {other.Record.Position}.");
                return;
            }

            if (Fits(other, one.Record, one.Record.Body))
            {
                Report(one.Record.Position, InjuryKind.Reordered, $"The record that stands here belongs to {other.Record.Position}.");
                return;
            }

            if (Fits(one, one.Record, other.Record.Body) || Fits(other, other.Record, one.Record.Body))
            {
                Report(one.Record.Position, InjuryKind.Reordered, $"The record and {other.Record.Position} have exchanged their bodies.");
                return;
            }
        }

        Report(one.Record.Position, InjuryKind.Changed, "The record is not what its hash was made of.");
    }

    // Whether a record with a body would be right at the place of a suspect.
    private bool Fits(Suspect place, StoredRecord record, ReadOnlyMemory<byte> body)
    {
        var digest = Digest(place.Record.Position, record, body.Span);
        return place.Before.Any(before => Matches(before, digest, record.Hash!));
    }

    private byte[] Digest(long position, StoredRecord record, ReadOnlySpan<byte> body) =>
        RecordChain.Digest(stream, position, record.RecordId, (RecordKind)record.Kind, record.At, record.Witness.Span, body);

    private static bool Matches(byte[] before, byte[] digest, byte[] hash) =>
        before.Length is 0 or ContentHash.Size && RecordChain.Link(before, digest).AsSpan().SequenceEqual(hash);

    private void Report(long position, InjuryKind kind, string detail)
    {
        IsInjured = true;
        found(new Injury(stream, position, kind, Table, detail));
    }

    private sealed record Suspect(StoredRecord Record, byte[][] Before, bool IsUnjudged);
}
