namespace OrleansAi.VendorSimulator;

/// <summary>Why a simulated answer ends.</summary>
public enum StopKind
{
    /// <summary>It is done.</summary>
    Stop,

    /// <summary>The limit of tokens was reached.</summary>
    Length,

    /// <summary>The vendor's filter cut it.</summary>
    ContentFilter,

    /// <summary>It calls functions.</summary>
    ToolCalls,

    /// <summary>It refuses.</summary>
    Refusal,
}

/// <summary>A function that the simulated model calls.</summary>
/// <param name="Name">The function.</param>
/// <param name="Arguments">Its arguments as JSON text; empty for none at all.</param>
/// <param name="Id">The call's id; null for one that the simulator makes.</param>
public sealed record SimulatedToolCall(string Name, string Arguments, string? Id = null);

/// <summary>One of several messages of an answer.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Phase"><c>commentary</c> or <c>final_answer</c>; null for none.</param>
/// <param name="Source">An address that the whole text cites; null for none.</param>
/// <param name="CallsBefore">How many of the function calls stand before it.</param>
public sealed record SimulatedMessage(string Text, string? Phase = null, string? Source = null, int CallsBefore = 0);

/// <summary>What the simulator answers to one call, in no vendor's own words.</summary>
public sealed record Reply
{
    /// <summary>The text; of several messages all their texts.</summary>
    public string Text
    {
        get => Messages.Count > 0 ? string.Concat(Messages.Select(static message => message.Text)) : field;
        init;
    } = "";

    /// <summary>The text in several messages, on the wire that has them (OpenAI Responses); on others they are one.</summary>
    public IReadOnlyList<SimulatedMessage> Messages { get; init; } = [];

    /// <summary>What the model thinks first.</summary>
    public string? Reasoning { get; init; }

    /// <summary>A refusal in the place of the text.</summary>
    public string? Refusal { get; init; }

    /// <summary>The functions it calls.</summary>
    public IReadOnlyList<SimulatedToolCall> ToolCalls { get; init; } = [];

    /// <summary>Why it ends; calls and a refusal imply their own.</summary>
    public StopKind Stop { get; init; }

    /// <summary>The model that answers; null for the one asked for.</summary>
    public string? ServedModel { get; init; }

    /// <summary>Tokens read; null for a quarter of the characters.</summary>
    public int? InputTokens { get; init; }

    /// <summary>Tokens written; null for a quarter of the characters.</summary>
    public int? OutputTokens { get; init; }

    /// <summary>The part of the tokens read that came from a cache.</summary>
    public int CachedTokens { get; init; }

    /// <summary>The part of the tokens written that was reasoning.</summary>
    public int ReasoningTokens { get; init; }

    /// <summary>True to say nothing of tokens.</summary>
    public bool OmitUsage { get; init; }

    /// <summary>True to stream arguments in pieces of three characters.</summary>
    public bool SplitArguments { get; init; }

    /// <summary>What goes wrong.</summary>
    public Fault? Fault { get; init; }

    /// <summary>A documented quirk of a vendor by its number, 1 to 28; 0 for none.</summary>
    public int Quirk { get; init; }

    /// <summary>The wait before the answer.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The wait between two pieces of a stream.</summary>
    public TimeSpan ChunkDelay { get; init; }

    /// <summary>Into how many pieces the text is cut; null for one a word.</summary>
    public int? Chunks { get; init; }

    /// <summary>The vectors of texts; null for <see cref="SimulatedVector"/>.</summary>
    public IReadOnlyList<float[]>? Vectors { get; init; }

    /// <summary>True to list vectors from the last to the first, where they have an index.</summary>
    public bool ReversesVectors { get; init; }

    /// <summary>True to give vectors as numbers, whatever was asked for.</summary>
    public bool IgnoresEncoding { get; init; }

    /// <summary>Headers beside the vendor's own.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>What ends the answer, with calls and refusal counted in.</summary>
    public StopKind Ending => ToolCalls.Count > 0 ? StopKind.ToolCalls : Refusal is not null ? StopKind.Refusal : Stop;

    /// <summary>The text in the pieces of a stream.</summary>
    public IEnumerable<string> Pieces() => Pieces(Text);

    /// <summary>A text in the pieces of a stream.</summary>
    public IEnumerable<string> Pieces(string text)
    {
        var size = Chunks is { } chunks ? Math.Max(1, (text.Length + chunks - 1) / chunks) : 0;
        var start = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i == text.Length || (size > 0 ? i - start == size : text[i - 1] == ' '))
            {
                yield return text[start..i];
                start = i;
            }
        }
    }

    /// <summary>Arguments in the pieces of a stream.</summary>
    public IEnumerable<string> ArgumentPieces(string arguments)
    {
        var size = SplitArguments ? 3 : Math.Max(1, arguments.Length);
        for (var i = 0; i < arguments.Length; i += size)
        {
            yield return arguments.Substring(i, Math.Min(size, arguments.Length - i));
        }
    }
}
