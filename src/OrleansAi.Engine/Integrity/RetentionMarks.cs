using OrleansAi.Engine.Records;
using OrleansAi.Journal.Integrity;

namespace OrleansAi.Engine.Integrity;

/// <summary>Holds what the index says of releases and pins of one stream's runs against the records of them.</summary>
/// <param name="report">Called with the place and the sentence for each difference.</param>
internal sealed class RetentionMarks(Action<long?, string> report)
{
    private readonly Dictionary<string, Mark> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Mark> _said = new(StringComparer.Ordinal);

    /// <summary>Takes in what the index says of an ended run.</summary>
    public void Take(RunRow row, long position)
    {
        if (row.ReleasedAt is not null || row.Pinned is not null)
        {
            _rows[row.RunId] = new Mark(row.ReleasedAt, row.Pinned, position);
        }
    }

    /// <summary>Takes in what a record says.</summary>
    public void Take(RecordBody body, long position)
    {
        switch (body)
        {
            case RunsReleasedBody released:
                foreach (var run in released.All)
                {
                    _said[run] = new Mark(released.At, null, position);
                }

                break;
            case RunPinChangedBody pin:
                _said[pin.RunId] = new Mark(_said.GetValueOrDefault(pin.RunId)?.ReleasedAt, pin.IsPinned ? 1 : 0, position);
                break;
        }
    }

    /// <summary>Names what differs, once the end of the stream is reached.</summary>
    public void End()
    {
        foreach (var run in _rows.Keys.Union(_said.Keys, StringComparer.Ordinal))
        {
            var (row, said) = (_rows.GetValueOrDefault(run), _said.GetValueOrDefault(run));
            if (row?.ReleasedAt != said?.ReleasedAt)
            {
                report(said?.Position ?? row?.Position, $"Of the run {run}, released_at is not what the records say.");
            }

            if (row?.Pinned != said?.Pinned)
            {
                report(said?.Position ?? row?.Position, $"Of the run {run}, pinned is not what the records say.");
            }
        }
    }

    private sealed record Mark(long? ReleasedAt, long? Pinned, long Position);
}
