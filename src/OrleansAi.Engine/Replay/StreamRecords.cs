using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Replay;

/// <summary>What was read of one stream for a batch of replays. Each record is opened once, and each turn made once, for all of them.</summary>
/// <param name="stream">The stream.</param>
/// <param name="conversation">The conversation whose stream it is.</param>
internal sealed class StreamRecords(string stream, string conversation)
{
    private readonly SortedList<long, JournalRecord> _records = [];
    private readonly Dictionary<long, RecordBody> _bodies = [];
    private readonly Dictionary<long, Turn> _turns = [];

    /// <summary>The stream.</summary>
    public string Stream => stream;

    /// <summary>Its keys; null when it has none.</summary>
    public Keyring? Keys { get; set; }

    /// <summary>What was opened.</summary>
    public IEnumerable<RecordBody> Bodies => _bodies.Values;

    /// <summary>Takes records in.</summary>
    public void Add(IEnumerable<JournalRecord> records)
    {
        foreach (var record in records)
        {
            _records.TryAdd(record.Position, record);
        }
    }

    /// <summary>The records between two places, both included, oldest first.</summary>
    public IEnumerable<JournalRecord> Between(long first, long last)
    {
        var (low, high) = (0, _records.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _records.GetKeyAtIndex(middle) < first ? (middle + 1, high) : (low, middle);
        }

        for (; low < _records.Count && _records.GetKeyAtIndex(low) <= last; low++)
        {
            yield return _records.GetValueAtIndex(low);
        }
    }

    /// <summary>A record's body; null when the record was not read.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public RecordBody? Body(long position)
    {
        if (!_bodies.TryGetValue(position, out var body) && _records.TryGetValue(position, out var record))
        {
            _bodies[position] = body = RecordReader.Open(stream, record, Keys);
        }

        return body;
    }

    /// <summary>The turn that ended at a place; its records are there, with their contents.</summary>
    public Turn Turn(long position)
    {
        if (!_turns.TryGetValue(position, out var turn))
        {
            turn = Body(position) is RunEndedBody ended
                ? Conversations.Turn.Of((RunAdmittedBody)Body(ended.AdmittedPosition)!, ended, position)
                : Conversations.Turn.Of((ItemsAddedBody)Body(position)!, position);
            _turns[position] = turn = turn.From(conversation);
        }

        return turn;
    }
}
