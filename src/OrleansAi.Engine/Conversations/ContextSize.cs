using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Engine.Conversations;

/// <summary>How much of a model's context, and of this process's memory, items take.</summary>
/// <param name="Items">How many they are.</param>
/// <param name="Characters">The length of their texts in UTF-16 units.</param>
/// <param name="Media">The length of images and files as they were given: of their addresses, or of their bytes in base 64.</param>
public readonly record struct ContextSize(int Items, int Characters, long Media)
{
    /// <summary>Texts and media together.</summary>
    public long Length => Characters + Media;

    /// <summary>The size of an item.</summary>
    public static ContextSize Of(Item item) => new(item.Kind == ItemKind.FileSearchCall ? 0 : 1, item.Characters, MediaOf(item.Parts));

    /// <summary>The size of items.</summary>
    public static ContextSize Of(IEnumerable<Item> items) => items.Aggregate(default(ContextSize), static (sum, item) => sum + Of(item));

    /// <summary>The size of new items.</summary>
    public static ContextSize Of(IEnumerable<NewItem> items) => items.Aggregate(
        default(ContextSize), static (sum, item) => sum + new ContextSize(item.Kind == ItemKind.FileSearchCall ? 0 : 1, item.Characters, MediaOf(item.Parts)));

    /// <summary>True when nothing is more than in <paramref name="most"/>.</summary>
    public bool FitsInto(ContextSize most) => Items <= most.Items && Characters <= most.Characters && Media <= most.Media;

    /// <summary>Both together.</summary>
    public static ContextSize operator +(ContextSize one, ContextSize other) =>
        new(one.Items + other.Items, one.Characters + other.Characters, one.Media + other.Media);

    /// <summary>One without the other.</summary>
    public static ContextSize operator -(ContextSize one, ContextSize other) =>
        new(one.Items - other.Items, one.Characters - other.Characters, one.Media - other.Media);

    /// <summary>With more characters that are of no item.</summary>
    public ContextSize WithCharacters(int more) => this with { Characters = Characters + more };

    private static long MediaOf(IReadOnlyList<ContentPart> parts) => parts.Sum(static part => part.IsMedia ? (long)part.Text.Length : 0);
}
