using System.Text;
using OrleansAi.Contracts.Models;

namespace OrleansAi.Vendors.Gemini;

/// <summary>What a model thought: thoughts in pieces, and the signatures of the text, which have no text of their own.</summary>
/// <param name="vendor">The vendor's configured name.</param>
internal sealed class GeminiThoughts(string vendor)
{
    /// <summary>The kind of a thought.</summary>
    public const string Thought = "thought";

    /// <summary>The kind of a signature that belongs to the answer's text.</summary>
    public const string TextSignature = "text_signature";

    private readonly List<ModelReasoning> _all = [];
    private readonly StringBuilder _open = new();

    /// <summary>Takes a piece of thought in; a signature ends it.</summary>
    public void Add(string? text, string? signature)
    {
        _open.Append(text);
        if (signature is not null)
        {
            Close(signature);
        }
    }

    /// <summary>Takes the signature of a piece of text in.</summary>
    public void Sign(string? signature)
    {
        if (signature is not null)
        {
            Close(signature: null);
            _all.Add(new ModelReasoning { Kind = TextSignature, Vendor = vendor, Opaque = signature });
        }
    }

    /// <summary>Everything, in order.</summary>
    public IReadOnlyList<ModelReasoning> ToList()
    {
        Close(signature: null);
        return _all;
    }

    private void Close(string? signature)
    {
        if (_open.Length > 0 || signature is not null)
        {
            _all.Add(new ModelReasoning { Kind = Thought, Vendor = vendor, Text = _open.ToString(), Opaque = signature });
            _open.Clear();
        }
    }
}
