using System.Text;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Tests.Unit.Vendors;

/// <summary>Calls and pieces of them, for tests of adapters.</summary>
internal static class Calls
{
    public static ModelCall Of(params ModelMessage[] messages) => new()
    {
        RunId = "run_1",
        Vendor = "v",
        Model = "m",
        Messages = messages.Length > 0 ? messages : [Says(Role.User, "hello ⚡")],
        Sampling = new Sampling(),
        Deadline = 0,
    };

    public static ModelMessage Says(Role role, string text) => new() { Role = role, Text = text };

    public static ModelMessage Asks(params ModelToolCall[] calls) => new() { Role = Role.Assistant, Text = "", ToolCalls = calls };

    public static ModelMessage Output(string id, string text, bool isError = false) =>
        new() { Role = Role.User, Text = text, ToolCallId = id, IsToolError = isError };

    public static ModelToolCall Tool(string id, string name, string arguments, string? opaque = null, string? vendor = null) =>
        new() { Id = id, Name = name, Arguments = arguments, Opaque = opaque, Vendor = vendor };

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    /// <summary>What the pieces of one function call say together.</summary>
    public static string Arguments(IEnumerable<ModelDelta> pieces, int index) => string.Concat(
        pieces.Where(piece => piece.Kind is ModelDeltaKind.ToolArguments && piece.Index == index).Select(static piece => piece.Text));

    public static string Of(IEnumerable<ModelDelta> pieces, ModelDeltaKind kind) =>
        string.Concat(pieces.Where(piece => piece.Kind == kind).Select(static piece => piece.Text));
}
