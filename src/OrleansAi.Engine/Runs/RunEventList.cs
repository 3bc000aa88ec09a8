using System.Text.Json;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Runs;

/// <summary>The events of a run with their numbers, and who waits for more of them.</summary>
internal sealed class RunEventList
{
    private readonly List<RunEvent> _events = [];
    private TaskCompletionSource? _changed;

    /// <summary>The number of the event that is added next.</summary>
    public long Next { get; set; }

    public void Add(RunEventKind kind, RunView run) => _events.Add(new RunEvent { Sequence = Next++, Kind = kind, Run = run });

    public void Add(RunEventKind kind, OpenItem item, Item state) => _events.Add(new RunEvent
    {
        Sequence = Next++,
        Kind = kind,
        OutputIndex = item.Index,
        ItemId = item.Id,
        Item = state,
    });

    /// <summary>Adds an event of the item's present part.</summary>
    public void Add(RunEventKind kind, OpenItem item, string text, Item? state = null) => _events.Add(new RunEvent
    {
        Sequence = Next++,
        Kind = kind,
        OutputIndex = item.Index,
        ItemId = item.Id,
        Text = text,
        Item = state,
        PartIndex = item.Parts.Count,
        Part = PartOf(item.Slot),
    });

    /// <summary>The item's present part is whole.</summary>
    public void AddPartDone(OpenItem item, ContentPart part)
    {
        if (part.Annotations is { } annotations)
        {
            AddAnnotations(item, annotations);
        }

        Add(RunEventKind.TextDone, item, part.Text);
        Add(
            RunEventKind.PartDone,
            item,
            part.Text,
            part.Annotations is null ? null : OutputItems.New(item.Kind, item.Id, ItemStatus.InProgress, [part]));
        item.Parts.Add(part);
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

    /// <summary>Ends when <see cref="Signal"/> is called after this call.</summary>
    public Task WaitForChangeAsync(CancellationToken cancellationToken)
    {
        _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _changed.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Tells those who wait that events were added.</summary>
    public void Signal()
    {
        var changed = _changed;
        _changed = null;
        changed?.TrySetResult();
    }

    /// <summary>All events of an item of which nothing was streamed: an answer that came whole, a refusal, a call.</summary>
    public void AddWhole(OpenItem open, Item item)
    {
        Add(RunEventKind.ItemAdded, open, item with { Status = ItemStatus.InProgress, Parts = [], Arguments = item.Arguments is null ? null : "" });
        if (item.Kind == ItemKind.FunctionCall)
        {
            open.Slot = Chunks.FirstCall;
            Add(RunEventKind.TextDelta, open, item.Arguments ?? "");
            if (item.Status != ItemStatus.Incomplete)
            {
                Add(RunEventKind.TextDone, open, item.Arguments ?? "");
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
            Add(RunEventKind.PartAdded, open, "");
            if (part.Text.Length > 0)
            {
                Add(RunEventKind.TextDelta, open, part.Text);
            }

            AddPartDone(open, part);
        }

        Add(RunEventKind.ItemDone, open, item);
    }

    /// <summary>All events of a search that is done.</summary>
    public void AddSearch(OpenItem open, Item item)
    {
        Add(RunEventKind.ItemAdded, open, item with { Status = ItemStatus.InProgress, Search = item.Search! with { Results = null } });
        foreach (var progress in (ReadOnlySpan<string>)["in_progress", "searching", "completed"])
        {
            _events.Add(new RunEvent
            {
                Sequence = Next++,
                Kind = RunEventKind.SearchProgress,
                OutputIndex = open.Index,
                ItemId = open.Id,
                Text = progress,
            });
        }

        Add(RunEventKind.ItemDone, open, item);
    }

    private static RunEventPart PartOf(int slot) => slot switch
    {
        Chunks.Text => RunEventPart.Text,
        Chunks.Refusal => RunEventPart.Refusal,
        Chunks.Reasoning => RunEventPart.Summary,
        _ => RunEventPart.Arguments,
    };

    private void AddAnnotations(OpenItem item, string annotations)
    {
        using var document = JsonDocument.Parse(annotations);
        var index = 0;
        foreach (var annotation in document.RootElement.EnumerateArray())
        {
            _events.Add(new RunEvent
            {
                Sequence = Next++,
                Kind = RunEventKind.AnnotationAdded,
                OutputIndex = item.Index,
                ItemId = item.Id,
                Text = annotation.GetRawText(),
                PartIndex = item.Parts.Count,
                Part = PartOf(item.Slot),
                AnnotationIndex = index++,
            });
        }
    }
}
