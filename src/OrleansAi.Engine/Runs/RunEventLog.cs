using OrleansAi.Contracts.Models;
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
    // An attempt's numbers must end before the next multiple of the span; what follows the deltas needs room.
    private const long MostEventsOfAttempt = RunEvent.AttemptSpan - 4_096;

    private readonly List<RunEvent> _events = [];
    private readonly List<OpenItem> _items = [];
    private readonly string _runId;
    private readonly bool _keepsThoughtsOpen;
    private TaskCompletionSource? _changed;
    private OpenItem? _current;
    private long _next;
    private int _attempt = 1;
    private int _firstIndex;

    /// <summary>Begins the log of a run.</summary>
    /// <param name="created">The run as it was admitted.</param>
    public RunEventLog(RunView created)
    {
        _runId = created.Id;

        // What vendors want back of their thoughts is known at the end; who asked for it gets it with the item.
        _keepsThoughtsOpen = created.Options.IncludeEncryptedReasoning;
        AddRun(RunEventKind.Created, created);
    }

    /// <summary>True when the last event is there.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The attempt that writes now, from 1.</summary>
    public int Attempt => _attempt;

    /// <summary>What the present attempt has written.</summary>
    public WrittenOutput Written { get; private set; } = new();

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
            log.Replay(new RecordedStream(cut.Deltas, cut.Text, cut.Refusal, cut.Reasoning, cut.ToolCalls));
        }

        log.AdvanceTo(ended.Attempt);
        if (output is { Deltas: not null })
        {
            log.Replay(new RecordedStream(output.Deltas, output.Text, output.Refusal, output.Reasoning, output.ToolCalls));
        }

        log.End(RunViews.Ended(admitted, ended, conversationId));
        return log;
    }

    /// <summary>The events of a run that has ended and of which no more is kept than this.</summary>
    public static RunEventLog Of(RunView ended)
    {
        var open = ended with
        {
            Status = RunStatus.InProgress,
            CompletedAt = null,
            Output = [],
            Usage = null,
            Error = null,
            IncompleteReason = null,
            ServedModel = null,
        };
        var log = new RunEventLog(open);
        log.Begin(open);
        log.End(ended);
        return log;
    }

    /// <summary>The run begins.</summary>
    public void Begin(RunView run)
    {
        AddRun(RunEventKind.InProgress, run);
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
            Flush();
            if (_items.Count == 0)
            {
                Open(Chunks.Text);
            }

            _next = _attempt * RunEvent.AttemptSpan;
            foreach (var item in _items)
            {
                CloseItem(item, ItemStatus.Incomplete);
            }

            _firstIndex += _items.Count;
            _items.Clear();
            _current = null;
            Written = new WrittenOutput();
        }

        Signal();
    }

    /// <summary>A piece of the present attempt.</summary>
    public void Delta(ModelDelta delta)
    {
        switch (delta.Kind)
        {
            case ModelDeltaKind.ToolCall when delta.Index == Written.Calls:
                Flush();
                Written.Begin(delta.CallId ?? ItemIds.Call(_runId, _attempt, delta.Index), delta.Name ?? "");
                OpenCall(delta.Index);
                Written.Sent(Chunks.FirstCall + delta.Index, 0);
                break;
            case ModelDeltaKind.ToolArguments when delta.Index < Written.Calls:
                Add(Chunks.FirstCall + delta.Index, delta.Text);
                break;
            case ModelDeltaKind.Text:
                Add(Chunks.Text, delta.Text);
                break;
            case ModelDeltaKind.Refusal:
                Add(Chunks.Refusal, delta.Text);
                break;
            case ModelDeltaKind.Reasoning:
                Add(Chunks.Reasoning, delta.Text);
                break;
        }
    }

    /// <summary>The run has ended.</summary>
    public void End(RunView run)
    {
        Flush();
        for (var i = 0; i < run.Output.Count; i++)
        {
            if (i < _items.Count)
            {
                CloseItem(_items[i], run.Output[i].Status, run.Output[i]);
            }
            else
            {
                SendWhole(run.Output[i]);
            }
        }

        foreach (var item in _items.Skip(run.Output.Count))
        {
            CloseItem(item, ItemStatus.Incomplete);
        }

        AddRun(RunEventKind.Ended, run);
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

    private void Replay(RecordedStream recorded)
    {
        foreach (var delta in recorded.Deltas())
        {
            Delta(delta);
        }
    }

    private void Add(int slot, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        Written.Append(slot, text);

        // Where an attempt runs out of numbers, the rest of each text comes in one piece at the end.
        if (_next % RunEvent.AttemptSpan < MostEventsOfAttempt)
        {
            Send(slot);
            Signal();
        }
    }

    private void Flush()
    {
        for (var slot = 0; slot < Chunks.FirstCall + Written.Calls; slot++)
        {
            Send(slot);
        }
    }

    private void Send(int slot)
    {
        var sent = Written.SentLength(slot);
        if (Written.Length(slot) == sent)
        {
            return;
        }

        var item = slot >= Chunks.FirstCall ? FindCall(slot) : _current?.Kind == OutputItems.KindOf(slot) ? _current : Open(slot);
        if (slot < Chunks.FirstCall && item.Slot != slot)
        {
            ClosePart(item);
            OpenPart(item, slot);
        }

        var text = Written.Part(slot, sent);
        Written.Sent(slot, text.Length);
        AddText(RunEventKind.TextDelta, item, text);
    }

    private OpenItem FindCall(int slot) => _items.Find(item => item.Slot == slot)
        ?? throw new InvalidOperationException($"No function call of {_runId} has begun in slot {slot}.");

    private OpenItem Open(int slot)
    {
        LeaveCurrent();
        var kind = OutputItems.KindOf(slot);
        _current = NewItem(kind);
        AddItem(RunEventKind.ItemAdded, _current, OutputItems.New(kind, _current.Id, ItemStatus.InProgress, []));
        OpenPart(_current, slot);
        return _current;
    }

    private void OpenCall(int place)
    {
        LeaveCurrent();
        _current = null;
        var (id, name) = Written.Call(place);
        var item = NewItem(ItemKind.FunctionCall);
        item.Slot = Chunks.FirstCall + place;
        AddItem(RunEventKind.ItemAdded, item, OutputItems.New(ItemKind.FunctionCall, item.Id, ItemStatus.InProgress, []) with
        {
            CallId = id,
            Name = name,
            Arguments = "",
        });
        Signal();
    }

    private OpenItem NewItem(ItemKind kind)
    {
        var item = new OpenItem(kind, ItemIds.Output(kind, _runId, _attempt, _items.Count), _firstIndex + _items.Count);
        _items.Add(item);
        return item;
    }

    private void LeaveCurrent()
    {
        if (_current is { } left && !(left.Kind == ItemKind.Reasoning && _keepsThoughtsOpen))
        {
            CloseItem(left, ItemStatus.Completed);
        }
    }

    private void OpenPart(OpenItem item, int slot)
    {
        item.Slot = slot;
        item.PartStart = Written.SentLength(slot);
        AddText(RunEventKind.PartAdded, item, "");
    }

    private void ClosePart(OpenItem item)
    {
        var text = Written.Part(item.Slot, item.PartStart, Written.SentLength(item.Slot));
        AddText(RunEventKind.TextDone, item, text);
        AddText(RunEventKind.PartDone, item, text);
        item.Parts.Add(new ContentPart { Kind = OutputItems.PartOf(item.Slot), Text = text });
    }

    private void CloseItem(OpenItem item, ItemStatus status, Item? final = null)
    {
        if (item.IsClosed)
        {
            return;
        }

        item.IsClosed = true;
        if (item.Kind != ItemKind.FunctionCall)
        {
            // An item that was cut ends without its text being called whole.
            if (status == ItemStatus.Incomplete && final is null)
            {
                item.Parts.Add(new ContentPart
                {
                    Kind = OutputItems.PartOf(item.Slot),
                    Text = Written.Part(item.Slot, item.PartStart, Written.SentLength(item.Slot)),
                });
            }
            else
            {
                ClosePart(item);
            }

            AddItem(RunEventKind.ItemDone, item, final ?? OutputItems.New(item.Kind, item.Id, status, item.Parts));
            return;
        }

        var (id, name) = Written.Call(item.Slot - Chunks.FirstCall);
        var arguments = Written.Part(item.Slot, 0);
        if (status != ItemStatus.Incomplete)
        {
            AddText(RunEventKind.TextDone, item, arguments);
        }

        AddItem(RunEventKind.ItemDone, item, final ?? OutputItems.New(item.Kind, item.Id, status, []) with
        {
            CallId = id,
            Name = name,
            Arguments = arguments,
        });
    }

    // Nothing of it was streamed: an answer that came whole, a refusal, a call.
    private void SendWhole(Item item)
    {
        // Another owner may have ended the run in another attempt than the one that was followed here.
        var open = new OpenItem(item.Kind, item.Id, _firstIndex + _items.Count);
        _items.Add(open);
        AddItem(RunEventKind.ItemAdded, open, item with { Status = ItemStatus.InProgress, Parts = [], Arguments = item.Arguments is null ? null : "" });
        if (item.Kind == ItemKind.FunctionCall)
        {
            open.Slot = Chunks.FirstCall;
            AddText(RunEventKind.TextDelta, open, item.Arguments ?? "");
            if (item.Status != ItemStatus.Incomplete)
            {
                AddText(RunEventKind.TextDone, open, item.Arguments ?? "");
            }
        }

        foreach (var part in item.Parts)
        {
            open.Slot = part.Kind switch
            {
                ContentPartKind.Refusal => Chunks.Refusal,
                ContentPartKind.SummaryText => Chunks.Reasoning,
                _ => Chunks.Text,
            };
            AddText(RunEventKind.PartAdded, open, "");
            if (part.Text.Length > 0)
            {
                AddText(RunEventKind.TextDelta, open, part.Text);
            }

            AddText(RunEventKind.TextDone, open, part.Text);
            AddText(RunEventKind.PartDone, open, part.Text);
            open.Parts.Add(part);
        }

        open.IsClosed = true;
        AddItem(RunEventKind.ItemDone, open, item);
    }

    private void AddText(RunEventKind kind, OpenItem item, string text) => _events.Add(new RunEvent
    {
        Sequence = _next++,
        Kind = kind,
        OutputIndex = item.Index,
        ItemId = item.Id,
        Text = text,
        PartIndex = item.Parts.Count,
        Part = item.Slot switch
        {
            Chunks.Text => RunEventPart.Text,
            Chunks.Refusal => RunEventPart.Refusal,
            Chunks.Reasoning => RunEventPart.Summary,
            _ => RunEventPart.Arguments,
        },
    });

    private void AddItem(RunEventKind kind, OpenItem item, Item state) => _events.Add(new RunEvent
    {
        Sequence = _next++,
        Kind = kind,
        OutputIndex = item.Index,
        ItemId = item.Id,
        Item = state,
    });

    private void AddRun(RunEventKind kind, RunView run) => _events.Add(new RunEvent { Sequence = _next++, Kind = kind, Run = run });

    private void Signal()
    {
        var changed = _changed;
        _changed = null;
        changed?.TrySetResult();
    }

    private sealed class OpenItem(ItemKind kind, string id, int index)
    {
        public ItemKind Kind => kind;

        public string Id => id;

        public int Index => index;

        /// <summary>The text that is being written.</summary>
        public int Slot { get; set; }

        /// <summary>Where in that text the present part begins.</summary>
        public int PartStart { get; set; }

        /// <summary>The parts that are whole.</summary>
        public List<ContentPart> Parts { get; } = [];

        public bool IsClosed { get; set; }
    }
}
