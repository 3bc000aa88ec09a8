using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Runs;

/// <summary>
/// The events of one run. A live run writes them as it goes; a finished one is rebuilt from its records by the same calls
/// in the same order, so every follower sees the same numbers (invariant 7).
/// </summary>
public sealed class RunEventLog
{
    // An attempt's numbers must end before the next multiple of the span; the few events after the deltas need room.
    private const long MostEventsOfAttempt = RunEvent.AttemptSpan - 16;

    private readonly List<RunEvent> _events = [];
    private readonly List<int> _deltaLengths = [];
    private readonly System.Text.StringBuilder _text = new();
    private readonly string _runId;
    private TaskCompletionSource? _changed;
    private long _next;
    private int _attempt = 1;
    private bool _itemOpen;
    private bool _isRefusal;
    private string? _endedItemId;
    private int _unsent;

    /// <summary>Begins the log of a run.</summary>
    /// <param name="created">The run as it was admitted.</param>
    public RunEventLog(RunView created)
    {
        _runId = created.Id;
        Add(RunEventKind.Created, run: created);
    }

    /// <summary>True when the last event is there.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The attempt that writes now, from 1.</summary>
    public int Attempt => _attempt;

    /// <summary>What the present attempt has written.</summary>
    public string Text => _text.ToString();

    /// <summary>The lengths of the deltas of the present attempt.</summary>
    public IReadOnlyList<int> DeltaLengths => _deltaLengths;

    /// <summary>The events of a run that has ended.</summary>
    public static RunEventLog Rebuild(RunAdmittedBody admitted, RunEndedBody ended, string conversationId)
    {
        var open = RunViews.Open(admitted, conversationId, RunStatus.InProgress);
        var log = new RunEventLog(open);
        log.Begin(open);
        var output = ended.ModelOutput;
        foreach (var cut in output?.Abandoned ?? [])
        {
            log.AdvanceTo(cut.Attempt);
            log.WriteAll(cut.Text.Text, cut.DeltaLengths);
        }

        log.AdvanceTo(ended.Attempt);
        if (output is { IsRefusal: false })
        {
            log.WriteAll(output.Text.Text, output.DeltaLengths);
        }

        log.End(RunViews.Ended(admitted, ended, conversationId));
        return log;
    }

    /// <summary>The run begins.</summary>
    public void Begin(RunView run)
    {
        Add(RunEventKind.InProgress, run: run);
        Signal();
    }

    /// <summary>
    /// A later attempt begins. What the attempts before have sent, and may have sent in a process that died, is closed as
    /// incomplete, and numbers go on at a place that no earlier attempt can have reached.
    /// </summary>
    public void AdvanceTo(int attempt)
    {
        for (; _attempt < attempt; _attempt++)
        {
            if (!_itemOpen)
            {
                OpenItem();
            }

            _next = _attempt * RunEvent.AttemptSpan;
            CloseItem(RunViews.Answer(ItemId, Text, isRefusal: false, ItemStatus.Incomplete));
        }

        Signal();
    }

    /// <summary>Text of the present attempt.</summary>
    public void Delta(string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        _text.Append(text);
        _unsent += text.Length;
        if (_next % RunEvent.AttemptSpan < MostEventsOfAttempt)
        {
            Flush();
            Signal();
        }
    }

    /// <summary>The run has ended.</summary>
    public void End(RunView run)
    {
        var item = run.Output.Count > 0 ? run.Output[0] : null;
        if (item is not null && _text.Length == 0 && item.Text.Length > 0)
        {
            _text.Append(item.Text);
            _unsent = item.Text.Length;
        }

        if (item is not null && !_itemOpen)
        {
            // A refusal comes whole, at the end: nothing of it was sent as text.
            _isRefusal = item.Parts[0].Kind == ContentPartKind.Refusal;

            // Another owner may have ended the run in another attempt than the one that was followed here.
            _endedItemId = item.Id;
            OpenItem();
        }

        Flush();
        if (_itemOpen)
        {
            var text = Text;
            Add(RunEventKind.TextDone, text: text);
            Add(RunEventKind.PartDone, text: text);
            CloseItem(item ?? RunViews.Answer(ItemId, text, isRefusal: false, ItemStatus.Incomplete));
        }

        Add(RunEventKind.Ended, run: run);
        HasEnded = true;
        Signal();
    }

    /// <summary>The events after a number that are there now.</summary>
    public IReadOnlyList<RunEvent> After(long sequence)
    {
        var low = 0;
        var high = _events.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_events[middle].Sequence <= sequence)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low == _events.Count ? [] : _events.GetRange(low, _events.Count - low);
    }

    /// <summary>Ends when an event is added after this call.</summary>
    public Task WaitForChangeAsync(CancellationToken cancellationToken)
    {
        _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _changed.Task.WaitAsync(cancellationToken);
    }

    private string ItemId => _endedItemId ?? ItemIds.Output(_runId, _attempt);

    private void WriteAll(string text, string? packed)
    {
        foreach (var piece in Chunks.Cut(text, packed))
        {
            Delta(piece);
        }
    }

    private void Flush()
    {
        if (_unsent == 0)
        {
            return;
        }

        if (!_itemOpen)
        {
            OpenItem();
        }

        _deltaLengths.Add(_unsent);
        Add(RunEventKind.TextDelta, text: _text.ToString(_text.Length - _unsent, _unsent));
        _unsent = 0;
    }

    private void OpenItem()
    {
        _itemOpen = true;
        Add(RunEventKind.ItemAdded, item: RunViews.Answer(ItemId, "", isRefusal: false, ItemStatus.InProgress));
        Add(RunEventKind.PartAdded);
    }

    private void CloseItem(Item item)
    {
        Add(RunEventKind.ItemDone, item: item);
        _itemOpen = false;
        _text.Clear();
        _deltaLengths.Clear();
        _unsent = 0;
    }

    private void Add(RunEventKind kind, string? text = null, Item? item = null, RunView? run = null) => _events.Add(new RunEvent
    {
        Sequence = _next++,
        Kind = kind,
        OutputIndex = _attempt - 1,
        ItemId = run is null ? ItemId : null,
        Text = text,
        Item = item,
        Run = run,
        IsRefusal = _isRefusal && run is null && item is null,
    });

    private void Signal()
    {
        var changed = _changed;
        _changed = null;
        changed?.TrySetResult();
    }
}
