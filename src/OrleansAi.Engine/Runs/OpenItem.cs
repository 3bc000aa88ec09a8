using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Engine.Runs;

/// <summary>An item that is being written.</summary>
internal sealed class OpenItem(ItemKind kind, string id, int index)
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
