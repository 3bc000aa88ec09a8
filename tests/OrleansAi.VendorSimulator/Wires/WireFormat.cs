using System.Text.Json.Nodes;

namespace OrleansAi.VendorSimulator.Wires;

/// <summary>A piece of a streamed answer as it goes over the wire.</summary>
/// <param name="Text">With its framing.</param>
/// <param name="IsPiece">True when it carries a piece of the answer's text.</param>
/// <param name="IsTerminal">True when it belongs to the answer's end.</param>
internal sealed record Frame(string Text, bool IsPiece = false, bool IsTerminal = false);

/// <summary>One vendor's words for calls, answers and errors.</summary>
internal abstract class WireFormat
{
    public abstract Wire Wire { get; }

    /// <summary>What a user configures as the vendor's endpoint.</summary>
    public abstract string BasePath { get; }

    public virtual string StreamType => "text/event-stream";

    /// <summary>The model and whether a stream is wanted; null when the path is not of this wire.</summary>
    public abstract (string Model, bool IsStream)? Match(string path, JsonObject body);

    /// <summary>The text of the last user message.</summary>
    public abstract string LastUserText(JsonObject body);

    /// <summary>Why the vendor refuses the request; null when it does not.</summary>
    public abstract string? Refuse(SimulatedCall call);

    /// <summary>The model and the texts to embed; null when the path is not for that, or the wire has no embeddings.</summary>
    public virtual (string Model, IReadOnlyList<string> Inputs)? MatchEmbeddings(string path, JsonObject body) => null;

    /// <summary>Why the vendor refuses a request for embeddings; null when it does not.</summary>
    public virtual string? RefuseEmbeddings(SimulatedCall call) => null;

    /// <summary>The answer to a request for embeddings.</summary>
    public virtual JsonObject Embeddings(SimulatedCall call, Reply reply) =>
        throw new NotSupportedException($"{Wire} has no embeddings.");

    /// <summary>A whole answer.</summary>
    public abstract JsonObject Whole(SimulatedCall call, Reply reply);

    /// <summary>A streamed answer.</summary>
    public abstract IEnumerable<Frame> Stream(SimulatedCall call, Reply reply);

    /// <summary>An error in the vendor's words.</summary>
    public abstract JsonNode Error(int status, string? code, string message);

    /// <summary>The status and the error for an input that is too long.</summary>
    public abstract (int Status, JsonNode Body) ContextLength();

    /// <summary>The status and the error for an input that a policy refuses.</summary>
    public abstract (int Status, JsonNode Body) ContentFilter();

    /// <summary>An error as a piece of a stream.</summary>
    public virtual Frame ErrorFrame() => Data(Error(500, null, "The server had an error while processing the request."));

    /// <summary>Headers of every answer.</summary>
    public virtual IEnumerable<(string Name, string Value)> Headers(SimulatedCall call) =>
        [("x-request-id", $"req_{call.Number}")];

    /// <summary>The vectors of a call's texts.</summary>
    /// <param name="call">The call.</param>
    /// <param name="reply">What it is answered.</param>
    /// <param name="wanted">The field with the wanted length.</param>
    protected static IReadOnlyList<float[]> Vectors(SimulatedCall call, Reply reply, JsonNode? wanted) => reply.Vectors
        ?? [.. call.Inputs!.Select(input => SimulatedVector.Of(input, (int?)wanted ?? SimulatedVector.Dimensions))];

    /// <summary>The texts of a field that is one text or a list of them; tokens are not simulated.</summary>
    protected static IReadOnlyList<string> Texts(JsonNode? input) => input switch
    {
        JsonValue => [(string)input!],
        JsonArray list => [.. list.Select(static one => (string)one!)],
        _ => [],
    };

    protected static int Input(SimulatedCall call, Reply reply) => reply.InputTokens ?? Math.Max(1, call.RawBody.Length / 4);

    protected static int Output(Reply reply) => reply.OutputTokens
        ?? Math.Max(1, (reply.Text.Length + (reply.Reasoning?.Length ?? 0) + reply.ToolCalls.Sum(static call => call.Arguments.Length)) / 4)
            + reply.ReasoningTokens;

    /// <summary>A piece of a server-sent stream without a name.</summary>
    public static Frame Data(JsonNode json, bool isPiece = false, bool isTerminal = false) =>
        new($"data: {json.ToJsonString()}\n\n", isPiece, isTerminal);

    protected static Frame Event(string type, JsonNode json, bool isPiece = false, bool isTerminal = false) =>
        new($"event: {type}\ndata: {json.ToJsonString()}\n\n", isPiece, isTerminal);
}
