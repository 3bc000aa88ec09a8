using System.Security.Cryptography;
using System.Text;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Engine.Retrieval;

/// <summary>What a model is told: the messages, with the passages before the question, and the note of everything that was considered.</summary>
internal sealed class ContextAssembly
{
    private readonly List<PackedPiece> _pieces = [];

    private ContextAssembly(List<ModelMessage> messages) => Messages = messages;

    /// <summary>The messages of the model call.</summary>
    public List<ModelMessage> Messages { get; }

    /// <summary>The passages that are shown, by the numbers that the answer cites them by.</summary>
    public IReadOnlyDictionary<int, RetrievedPassage> Shown { get; private set; } = new Dictionary<int, RetrievedPassage>();

    /// <summary>True when the model is offered no tools.</summary>
    public bool DeniesTools { get; private set; }

    /// <summary>The note of what was considered.</summary>
    /// <param name="form">How it is packed: as another build did, for a comparison.</param>
    public byte[] ToManifest(byte form = ContextManifest.Form) => ContextManifest.Pack(_pieces, form);

    /// <summary>Puts a run's context together. The same run and retrieval give the same context.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>: the input has an output without its function call.</exception>
    public static ContextAssembly Of(RunPlan plan, RetrievalOutput? retrieval, IReadOnlyList<Item>? added = null)
    {
        var messages = Prompt.Of(plan, added ?? [], out var ownFrom);
        var assembly = new ContextAssembly(messages);
        var question = retrieval is null ? -1 : messages.FindLastIndex(static one => one is { Role: Role.User, ToolCallId: null });
        List<PackedPiece> passages = question < 0 ? [] : assembly.Choose(retrieval!, plan.Admitted.Retrieval?.MaxTokens ?? RouteRetrieval.DefaultMaxTokens);
        if (plan.Recording == RecordingLevel.Full)
        {
            assembly.Note(plan, ownFrom, question, passages);
        }

        if (assembly.Shown.Count > 0)
        {
            assembly.DeniesTools = plan.Admitted.Retrieval?.DeniesTools == true;
            messages.Insert(question, new ModelMessage
            {
                Role = Role.User,
                Text = PassageBlock.Render([.. assembly.Shown.Select(static shown => new ShownPassage(shown.Key, shown.Value.Name, shown.Value.Text))]),
            });
        }

        if (plan.Recording == RecordingLevel.Full)
        {
            assembly.NoteTools(plan);
        }

        return assembly;
    }

    private List<PackedPiece> Choose(RetrievalOutput retrieval, int mostTokens)
    {
        var pieces = new List<PackedPiece>();
        var shown = new SortedDictionary<int, RetrievedPassage>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var (tokens, isFull) = (0, false);
        foreach (var (place, passage) in retrieval.ToPassages().Index())
        {
            var isKnown = seen.Contains(passage.Text);
            isFull |= !isKnown && tokens + passage.Tokens > mostTokens;
            var drop = isKnown ? ContextDrop.Duplicate : isFull ? ContextDrop.Budget : ContextDrop.None;
            var text = Encoding.UTF8.GetBytes(passage.Text);
            pieces.Add(new PackedPiece(ContextPieceKind.Passage, drop, text.Length, SHA256.HashData(text), passage));
            if (drop == ContextDrop.None)
            {
                tokens += passage.Tokens;
                seen.Add(passage.Text);
                shown.Add(place + 1, passage);
            }
        }

        Shown = shown;
        return pieces;
    }

    private void Note(RunPlan plan, int ownFrom, int question, List<PackedPiece> passages)
    {
        var place = 0;
        if (plan.Admitted.Instructions is not null)
        {
            Note(ContextPieceKind.Instructions, Messages[place++]);
        }

        if (plan.IsTruncated)
        {
            _pieces.Add(new PackedPiece(ContextPieceKind.History, ContextDrop.Window, 0, [], null));
        }

        for (; place < Messages.Count; place++)
        {
            if (place == question)
            {
                _pieces.AddRange(passages);
            }

            Note(place < ownFrom ? ContextPieceKind.History : ContextPieceKind.Message, Messages[place]);
        }
    }

    private void Note(ContextPieceKind kind, ModelMessage message)
    {
        var length = Encoding.UTF8.GetByteCount(message.Text);
        foreach (var call in message.ToolCalls)
        {
            length += Encoding.UTF8.GetByteCount(call.Name) + Encoding.UTF8.GetByteCount(call.Arguments);
        }

        _pieces.Add(new PackedPiece(kind, ContextDrop.None, length, RequestHasher.DigestOf(message), message));
    }

    private void NoteTools(RunPlan plan)
    {
        var options = plan.Admitted.Options;
        foreach (var tool in options.Tools ?? [])
        {
            var drop = options.ToolChoice?.Allowed?.Contains(tool.Name) == false ? ContextDrop.NotAllowed
                : DeniesTools ? ContextDrop.Untrusted
                : ContextDrop.None;
            var text = Encoding.UTF8.GetBytes($"{tool.Name}\n{tool.Description}\n{tool.Parameters}");
            _pieces.Add(new PackedPiece(ContextPieceKind.Tool, drop, text.Length, SHA256.HashData(text), tool));
        }
    }
}
