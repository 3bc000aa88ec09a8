using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Retrieval;

namespace OrleansAi.Engine.Runs;

/// <summary>
/// The events of one run. A live run writes them as it goes; a finished one is rebuilt from its records by the same calls
/// in the same order, so every follower sees the same numbers (invariant 7).
/// </summary>
public sealed class RunEventLog
{
    // An attempt's numbers must end before the next multiple of the span; what follows the deltas needs room.
    private const long MostEventsOfAttempt = RunEvent.AttemptSpan - 4_096;

    private readonly RunEventList _events = new();
    private readonly List<OpenItem> _items = [];
    private readonly string _runId;
    private readonly bool _keepsThoughtsOpen;
    private readonly bool _showsResults;
    private bool _hasSearched;
    private OpenItem? _current;
    private int _attempt = 1;
    private int _firstIndex;

    // Of messages one at most is open, and it is the present item.
    private string? _phase;
    private string? _annotations;
    private string? _nextPhase;
    private bool _beginsMessage;

    /// <summary>Begins the log of a run.</summary>
    /// <param name="created">The run as it was admitted.</param>
    public RunEventLog(RunView created)
    {
        _runId = created.Id;

        // What vendors want back of their thoughts is known at the end; who asked for it gets it with the item.
        _keepsThoughtsOpen = created.Options.IncludeEncryptedReasoning;
        _showsResults = created.Options.IncludeSearchResults;
        _events.Add(RunEventKind.Created, created);
        if (created.Status == RunStatus.Queued)
        {
            _events.Add(RunEventKind.Queued, created);
        }
    }

    /// <summary>True when the last event is there.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The attempt that writes now, from 1.</summary>
    public int Attempt => _attempt;

    /// <summary>What the present attempt has written.</summary>
    public WrittenOutput Written { get; private set; } = new();

    /// <summary>The run begins.</summary>
    public void Begin(RunView run)
    {
        _events.Add(RunEventKind.InProgress, run);
        _events.Signal();
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
            _beginsMessage = false;
            if (_items.Count == 0)
            {
                Open(Chunks.Text);
            }

            _events.Next = _attempt * RunEvent.AttemptSpan;
            foreach (var item in _items)
            {
                CloseItem(item, ItemStatus.Incomplete);
            }

            _firstIndex += _items.Count;
            _items.Clear();
            _current = null;
            Written = new WrittenOutput();
        }

        _events.Signal();
    }

    /// <summary>The collections were searched, in the attempt that goes on. Told once.</summary>
    public void Search(StepBody step)
    {
        if (step.Retrieval is { IsTool: true, IsDestroyed: false })
        {
            Search(SearchItems.Of(step, _runId, _showsResults));
        }
    }

    /// <summary>The collections were searched in an attempt that is recorded.</summary>
    public void SearchAsRecorded(IEnumerable<StepBody> steps)
    {
        if (SearchItems.Find(steps) is { } step)
        {
            AdvanceTo(step.Attempt);
            Search(step);
        }
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
            case ModelDeltaKind.Message:
                Flush();
                (_beginsMessage, _nextPhase) = (true, delta.Text.Length > 0 ? delta.Text : null);
                Written.BeginMessage(_nextPhase);
                break;
            case ModelDeltaKind.Annotations:
                Annotate(delta.Text);
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
        if (run.Output is [{ Kind: ItemKind.FileSearchCall } search, ..])
        {
            Search(search);
        }

        Item[] output = [.. run.Output.Where(static item => item.Kind != ItemKind.FileSearchCall)];
        for (var i = 0; i < output.Length; i++)
        {
            if (i < _items.Count)
            {
                CloseItem(_items[i], output[i].Status, output[i]);
            }
            else
            {
                SendWhole(output[i]);
            }
        }

        foreach (var item in _items.Skip(output.Length))
        {
            CloseItem(item, ItemStatus.Incomplete);
        }

        _events.Add(RunEventKind.Ended, run);
        HasEnded = true;
        _events.Signal();
    }

    /// <summary>The events after a number that are there now.</summary>
    public IReadOnlyList<RunEvent> After(long sequence) => _events.After(sequence);

    /// <summary>Ends when an event is added after this call.</summary>
    public Task WaitForChangeAsync(CancellationToken cancellationToken) => _events.WaitForChangeAsync(cancellationToken);

    private void Search(Item item)
    {
        if (!_hasSearched)
        {
            // It is whole, so no later attempt closes it: it only takes a place before them.
            _hasSearched = true;
            _events.AddSearch(new OpenItem(item.Kind, item.Id, _firstIndex + _items.Count), item);
            _firstIndex++;
            _events.Signal();
        }
    }

    /// <summary>The deltas of an attempt that is recorded.</summary>
    internal void Replay(RecordedStream recorded)
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
        if (_events.Next % RunEvent.AttemptSpan < MostEventsOfAttempt)
        {
            Send(slot);
            _events.Signal();
        }
    }

    // What comes when its text is closed comes too late for every follower, so it is not recorded either.
    private void Annotate(string annotations)
    {
        Flush();
        if (_current is { Kind: ItemKind.Message, Slot: Chunks.Text } && !_beginsMessage)
        {
            _annotations = OutputItems.Join(_annotations, annotations);
            Written.Annotate(annotations);
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

        var item = slot >= Chunks.FirstCall ? FindCall(slot) : Continues(slot) ? _current! : Open(slot);
        if (slot < Chunks.FirstCall && item.Slot != slot)
        {
            ClosePart(item);
            OpenPart(item, slot);
        }

        var text = Written.Part(slot, sent);
        Written.Sent(slot, text.Length);
        _events.Add(RunEventKind.TextDelta, item, text);
    }

    private bool Continues(int slot) =>
        _current?.Kind == OutputItems.KindOf(slot) && !(_beginsMessage && _current.Kind == ItemKind.Message);

    private OpenItem FindCall(int slot) => _items.Find(item => item.Slot == slot)
        ?? throw new InvalidOperationException($"No function call of {_runId} has begun in slot {slot}.");

    private OpenItem Open(int slot)
    {
        LeaveCurrent();
        var kind = OutputItems.KindOf(slot);
        if (kind == ItemKind.Message)
        {
            (_phase, _annotations, _beginsMessage) = (_beginsMessage ? _nextPhase : null, null, false);
        }

        _current = NewItem(kind);
        _events.Add(RunEventKind.ItemAdded, _current, New(_current, ItemStatus.InProgress, []));
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
        _events.Add(RunEventKind.ItemAdded, item, OutputItems.New(ItemKind.FunctionCall, item.Id, ItemStatus.InProgress, []) with
        {
            CallId = id,
            Name = name,
            Arguments = "",
        });
        _events.Signal();
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
        _events.Add(RunEventKind.PartAdded, item, "");
    }

    private void ClosePart(OpenItem item) => _events.AddPartDone(item, Part(item));

    // The present part, with what it is annotated with.
    private ContentPart Part(OpenItem item)
    {
        string? annotations = null;
        if (item.Slot == Chunks.Text)
        {
            (annotations, _annotations) = (_annotations, null);
        }

        return new ContentPart
        {
            Kind = OutputItems.PartOf(item.Slot),
            Text = Written.Part(item.Slot, item.PartStart, Written.SentLength(item.Slot)),
            Annotations = annotations,
        };
    }

    private Item New(OpenItem item, ItemStatus status, IReadOnlyList<ContentPart> parts) =>
        OutputItems.New(item.Kind, item.Id, status, parts, item.Kind == ItemKind.Message ? _phase : null);

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
                item.Parts.Add(Part(item));
            }
            else
            {
                ClosePart(item);
            }

            _events.Add(RunEventKind.ItemDone, item, final ?? New(item, status, item.Parts));
            return;
        }

        var (id, name) = Written.Call(item.Slot - Chunks.FirstCall);
        var arguments = Written.Part(item.Slot, 0);
        if (status != ItemStatus.Incomplete)
        {
            _events.Add(RunEventKind.TextDone, item, arguments);
        }

        _events.Add(RunEventKind.ItemDone, item, final ?? OutputItems.New(item.Kind, item.Id, status, []) with
        {
            CallId = id,
            Name = name,
            Arguments = arguments,
        });
    }

    // Another owner may have ended the run in another attempt than the one that was followed here.
    private void SendWhole(Item item)
    {
        var open = new OpenItem(item.Kind, item.Id, _firstIndex + _items.Count) { IsClosed = true };
        _items.Add(open);
        _events.AddWhole(open, item);
    }
}
