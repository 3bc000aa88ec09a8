using System.Security.Cryptography;
using System.Text;
using OrleansAi.Contracts.Models;

namespace OrleansAi.Vendors.Wire;

/// <summary>What a vendor wants of the order and the ids of a transcript.</summary>
internal sealed record TranscriptRules
{
    private const int MistralIdLength = 9;

    /// <summary>Chat completions as OpenAI takes them.</summary>
    public static readonly TranscriptRules OpenAi = new() { ToolCallId = static id => Keep(id, 40, IsPlain) };

    /// <summary>Chat completions as Mistral takes them: ids of exactly nine letters and digits, no two user messages in a row after a tool's.</summary>
    public static readonly TranscriptRules Mistral = new()
    {
        ToolCallId = static id => id.Length == MistralIdLength && id.All(char.IsAsciiLetterOrDigit) ? id : Hashed(id, MistralIdLength),
        SystemInFront = true,
    };

    /// <summary>Anthropic's messages: the system prompt apart, the first message a user's.</summary>
    public static readonly TranscriptRules Anthropic = new()
    {
        ToolCallId = static id => Keep(id, 64, IsPlain),
        SystemInFront = true,
        UserFirst = true,
    };

    /// <summary>Gemini's contents: the system prompt apart, a function call right after a user's turn.</summary>
    public static readonly TranscriptRules Gemini = new() { SystemInFront = true, UserFirst = true };

    /// <summary>Ollama's messages.</summary>
    public static readonly TranscriptRules Ollama = new() { SystemInFront = true };

    /// <summary>Gives a call's id in a form that the vendor takes; the same id always becomes the same.</summary>
    public Func<string, string> ToolCallId { get; init; } = static id => id;

    /// <summary>True when system messages must stand before all others.</summary>
    public bool SystemInFront { get; init; }

    /// <summary>True when the first message that is not the system's must be a user's.</summary>
    public bool UserFirst { get; init; }

    /// <summary>The rules of an API for a model.</summary>
    public static TranscriptRules Of(string? api, string model) => api switch
    {
        "anthropic.messages" => Anthropic,
        "gemini.generate-content" => Gemini,
        "ollama.chat" => Ollama,
        _ => OfChat(model),
    };

    // Some vendors speak OpenAI's format with rules of their own.
    private static TranscriptRules OfChat(string model) =>
        model.Contains("mistral", StringComparison.OrdinalIgnoreCase) || model.StartsWith("ministral", StringComparison.OrdinalIgnoreCase)
            || model.StartsWith("codestral", StringComparison.OrdinalIgnoreCase)
            ? Mistral
            : OpenAi;

    private static string Keep(string id, int longest, Func<char, bool> isAllowed) =>
        id.Length > 0 && id.Length <= longest && id.All(isAllowed) ? id : $"call_{Hashed(id, 24)}";

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    private static string Hashed(string id, int length) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..length];
}
