using System.Text;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Runs;

/// <summary>What one attempt has sent so far.</summary>
public sealed class WrittenOutput
{
    private readonly List<StringBuilder> _texts = [new(), new(), new()];
    private readonly List<(string Id, string Name)> _calls = [];
    private readonly List<StreamPiece> _pieces = [];
    private readonly Dictionary<int, int> _sent = [];
    private List<(string? Phase, string? Annotations)>? _marks;

    /// <summary>The answer.</summary>
    public string Text => _texts[Chunks.Text].ToString();

    /// <summary>The refusal.</summary>
    public string Refusal => _texts[Chunks.Refusal].ToString();

    /// <summary>The thoughts.</summary>
    public string Reasoning => _texts[Chunks.Reasoning].ToString();

    /// <summary>How many function calls began.</summary>
    public int Calls => _calls.Count;

    /// <summary>The deltas.</summary>
    public IReadOnlyList<StreamPiece> Pieces => _pieces;

    /// <summary>True when nothing was sent.</summary>
    public bool IsEmpty => _pieces.Count == 0;

    /// <summary>How the deltas are stored.</summary>
    public string? Packed => Chunks.Pack(_pieces);

    /// <summary>A function call's id and name.</summary>
    public (string Id, string Name) Call(int place) => _calls[place];

    /// <summary>The text of a slot from a place on.</summary>
    public string Part(int slot, int start) => Part(slot, start, Length(slot));

    /// <summary>The text of a slot from one place to another.</summary>
    public string Part(int slot, int start, int end) => _texts[slot].ToString(start, end - start);

    /// <summary>How much of a slot's text was sent.</summary>
    public int SentLength(int slot) => _sent.GetValueOrDefault(slot);

    /// <summary>The length of a slot's text.</summary>
    public int Length(int slot) => slot < _texts.Count ? _texts[slot].Length : 0;

    /// <summary>The function calls, ready to be stored.</summary>
    public IReadOnlyList<StoredCall>? StoredCalls() => _calls.Count == 0 ? null :
    [
        .. _calls.Select((call, place) => new StoredCall
        {
            Id = call.Id,
            Name = call.Name,
            Arguments = StoredText.Of(Part(Chunks.FirstCall + place, 0)),
        }),
    ];

    /// <summary>What the marks say, ready to be stored.</summary>
    public IReadOnlyList<StoredMessage>? StoredMessages() => _marks is null ? null :
    [
        .. _marks.Select(mark => new StoredMessage { Phase = mark.Phase, Annotations = StoredText.OfOptional(mark.Annotations) }),
    ];

    /// <summary>The attempt as one that was cut.</summary>
    public AbandonedOutput ToAbandoned(int attempt) => new()
    {
        Attempt = attempt,
        Text = StoredText.Of(Text),
        Refusal = Length(Chunks.Refusal) == 0 ? null : StoredText.Of(Refusal),
        Reasoning = Length(Chunks.Reasoning) == 0 ? null : StoredText.Of(Reasoning),
        ToolCalls = StoredCalls(),
        Deltas = Packed,
        Messages = StoredMessages(),
    };

    internal void Append(int slot, string text) => _texts[slot].Append(text);

    internal void Begin(string callId, string name)
    {
        _calls.Add((callId, name));
        _texts.Add(new StringBuilder());
    }

    internal void BeginMessage(string? phase)
    {
        (_marks ??= []).Add((phase, null));
        _pieces.Add(new StreamPiece(Chunks.Text, 0));
    }

    internal void Annotate(string annotations)
    {
        (_marks ??= []).Add((null, annotations));
        _pieces.Add(new StreamPiece(Chunks.Refusal, 0));
    }

    internal void Sent(int slot, int length)
    {
        _pieces.Add(new StreamPiece(slot, length));
        _sent[slot] = SentLength(slot) + length;
    }
}
