using System.Text;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.OpenAiResponses;

/// <summary>The messages of a response: one text, and where each of them ends in it.</summary>
internal sealed class ResponsesMessages
{
    private readonly StringBuilder _text = new();
    private StringBuilder? _refusal;
    private List<ModelOutputMessage>? _messages;
    private List<string>? _notes;
    private int _count;

    public string Text => _text.ToString();

    public string? Refusal => _refusal?.ToString();

    /// <summary>What had to be left out.</summary>
    public IReadOnlyList<string> Notes => (IReadOnlyList<string>?)_notes ?? [];

    /// <summary>Takes a message in.</summary>
    /// <param name="item">The message.</param>
    /// <param name="calls">How many function calls stand before it.</param>
    public void Add(OutputItemWire item, int calls)
    {
        var start = _text.Length;
        var refused = _refusal?.Length ?? 0;
        foreach (var part in item.Content ?? [])
        {
            _text.Append(part.Text);
            if (part.Refusal is { } no)
            {
                (_refusal ??= new()).Append(no);
            }
        }

        if (_text.Length == start && (_refusal?.Length ?? 0) == refused)
        {
            return;
        }

        NoteWhatIsLeftOut(item);
        var message = new ModelOutputMessage
        {
            Length = _text.Length - start,
            Phase = Phase(item),
            Annotations = Annotations(item),
            CallsBefore = calls,
        };
        if (_count++ == 0 && calls == 0 && message is { Phase: null, Annotations: null })
        {
            return;
        }

        // Of a first message that is text alone nothing was kept until there was a second one.
        if (_messages is null && _count > 1)
        {
            _messages = [new ModelOutputMessage { Length = start }];
        }

        (_messages ??= []).Add(message);
    }

    /// <summary>The messages; null for one of which the text is all there is to say.</summary>
    public IReadOnlyList<ModelOutputMessage>? ToList() => _messages;

    /// <summary>A message's phase; null for one that is not known.</summary>
    public static string? Phase(OutputItemWire item) => item.Phase switch
    {
        MessagePhases.Commentary => MessagePhases.Commentary,
        MessagePhases.FinalAnswer => MessagePhases.FinalAnswer,
        _ => null,
    };

    /// <summary>What a message's text refers to. Places count from the beginning of a part, so they are known of a single part alone.</summary>
    public static string? Annotations(OutputItemWire item) => item.Content is [{ Annotations.Json: { } only }] ? only : null;

    private void NoteWhatIsLeftOut(OutputItemWire item)
    {
        if (item.Phase is not null && Phase(item) is null)
        {
            (_notes ??= []).Add($"The phase '{VendorErrors.Short(item.Phase)}' of a message is not known.");
        }

        foreach (var part in item.Content ?? [])
        {
            if (part.Annotations is { } annotations && (annotations.LeftOut is not null || item.Content!.Length > 1))
            {
                (_notes ??= []).Add($"Annotations of the kind '{VendorErrors.Short(annotations.LeftOut ?? "url_citation")}' were left out.");
            }
        }
    }
}
