using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Retrieval;

namespace OrleansAi.Engine.Runs;

/// <summary>What a model wrote, as items: laid out by <see cref="OutputDrafts"/>, without those that were destroyed.</summary>
internal static class OutputItems
{
    /// <summary>The items of a run that has ended; none when it failed before anything came.</summary>
    /// <param name="ended">The run's end.</param>
    /// <param name="isStream">True when the vendor was asked for a stream.</param>
    /// <param name="withResults">True to show with a search what it found.</param>
    public static IReadOnlyList<Item> Of(RunEndedBody ended, bool isStream, bool withResults = false) => SearchItems.Find(ended.Steps) is { } step
        ? [SearchItems.Of(step, ended.RunId, withResults), .. Written(ended, isStream)]
        : Written(ended, isStream);

    private static IReadOnlyList<Item> Written(RunEndedBody ended, bool isStream)
    {
        if (ended.ModelOutput is not { } output)
        {
            return [];
        }

        var isCompleted = ended.Status == RunStatus.Completed;
        var drafts = OutputDrafts.Of(output, isCompleted, isStream);

        // Thoughts without a text, which end what was streamed, are whole.
        var last = drafts.Count - (isStream && drafts is [.., { Kind: ItemKind.Reasoning, Parts.Count: 0 }] ? 2 : 1);
        var isFirstThought = true;
        var items = new List<Item>(drafts.Count);
        for (var i = 0; i < drafts.Count; i++)
        {
            var (draft, status) = (drafts[i], isCompleted || i != last ? ItemStatus.Completed : ItemStatus.Incomplete);
            var origins = draft.Kind == ItemKind.Reasoning && isFirstThought ? output.ReasoningOrigins ?? [] : [];
            isFirstThought &= draft.Kind != ItemKind.Reasoning;
            if (IsDestroyed(output, draft) || origins.Any(static origin => origin.IsDestroyed))
            {
                continue;
            }

            var item = Make(output, draft, IdOf(ended, draft, i), status);
            items.Add(origins.Count == 0 ? item : item with { Origins = [.. origins.Select(static origin => origin.ToOrigin())] });
        }

        return items;
    }

    /// <summary>The units in which an item's content is sealed; null when the run has no such item.</summary>
    public static IReadOnlyList<int>? UnitsOf(RunEndedBody ended, bool isStream, string itemId)
    {
        if (ended.ModelOutput is not { } output)
        {
            return null;
        }

        if (SearchItems.Find(ended.Steps) is { } search && SearchItems.IdOf(search, ended.RunId) == itemId)
        {
            // What was found stands with the exchange.
            return [];
        }

        var drafts = OutputDrafts.Of(output, ended.Status == RunStatus.Completed, isStream);
        var isFirstThought = true;
        for (var i = 0; i < drafts.Count; i++)
        {
            var draft = drafts[i];
            var isFirst = isFirstThought && draft.Kind == ItemKind.Reasoning;
            isFirstThought &= draft.Kind != ItemKind.Reasoning;
            if (IdOf(ended, draft, i) != itemId)
            {
                continue;
            }

            if (output.Units is not { } units)
            {
                return [];
            }

            return draft.Kind == ItemKind.FunctionCall
                ? [units.Calls![draft.Call]]
                :
                [
                    .. draft.Parts.Select(part => units.UnitAt(output, part.Slot, part.Start)).OfType<int>()
                        .Concat(isFirst ? (units.Reasoning ?? []).Take(1) : []).Distinct(),
                ];
        }

        return null;
    }

    /// <summary>An item that a model writes.</summary>
    public static Item New(ItemKind kind, string id, ItemStatus status, IReadOnlyList<ContentPart> parts, string? phase = null) => new()
    {
        Id = id,
        Kind = kind,
        Role = Role.Assistant,
        Status = status,
        Parts = parts,
        Phase = phase,
    };

    /// <summary>Two JSON arrays of annotations as one.</summary>
    public static string Join(string? first, string second) => first is null ? second : $"{first[..^1]},{second[1..]}";

    /// <summary>What a part of a slot is.</summary>
    public static ContentPartKind PartOf(int slot) => slot switch
    {
        Chunks.Refusal => ContentPartKind.Refusal,
        Chunks.Reasoning => ContentPartKind.SummaryText,
        _ => ContentPartKind.OutputText,
    };

    /// <summary>What an item of a slot is.</summary>
    public static ItemKind KindOf(int slot) => slot switch
    {
        Chunks.Text or Chunks.Refusal => ItemKind.Message,
        Chunks.Reasoning => ItemKind.Reasoning,
        _ => ItemKind.FunctionCall,
    };

    private static string IdOf(RunEndedBody ended, OutputDraft draft, int ordinal) =>
        ItemIds.Output(draft.Kind, ended.RunId, ended.Attempt, ordinal);

    private static bool IsDestroyed(ModelOutput output, OutputDraft draft) => output.IsDestroyed && (draft.Kind == ItemKind.FunctionCall
        ? output.ToolCalls![draft.Call].IsDestroyed
        : draft.Parts.Exists(part => TextOf(output, part.Slot)?.IsDestroyedAt(part.Start) == true));

    private static StoredText? TextOf(ModelOutput output, int slot) => slot switch
    {
        Chunks.Refusal => output.Refusal,
        Chunks.Reasoning => output.Reasoning,
        _ => output.Text,
    };

    private static Item Make(ModelOutput output, OutputDraft draft, string id, ItemStatus status)
    {
        if (draft.Kind == ItemKind.FunctionCall)
        {
            var call = output.ToolCalls![draft.Call];
            return New(draft.Kind, id, status, []) with
            {
                CallId = call.Id,
                Name = call.Name,
                Arguments = call.Arguments.Text,
                Origins = call.Opaque is { } opaque && call.Vendor is { } vendor
                    ? [new ItemOrigin { Vendor = vendor, Opaque = opaque.Text }]
                    : [],
            };
        }

        return New(draft.Kind, id, status,
        [
            .. draft.Parts.Select(part =>
            {
                var text = TextOf(output, part.Slot)!.Text;
                return new ContentPart
                {
                    Kind = PartOf(part.Slot),
                    Text = part.Start == 0 && part.Length == text.Length ? text : text.Substring(part.Start, part.Length),
                    Annotations = part.Notes.Aggregate(
                        (string?)null, (joined, entry) => Join(joined, output.Messages![entry].Annotations!.Text)),
                };
            }),
        ], draft.Phase);
    }
}
