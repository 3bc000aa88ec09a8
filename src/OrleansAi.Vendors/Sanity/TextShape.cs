using System.Text;
using System.Text.Json;

namespace OrleansAi.Vendors.Sanity;

/// <summary>What the form of a text tells without its meaning.</summary>
internal static class TextShape
{
    private const string Fence = "```";
    private const int LongestUnit = 200;
    private const int FewestRepeats = 4;
    private const int ShortestLoop = 160;
    private const int ShortestEcho = 80;

    /// <summary>What stands inside the one code fence around a text; null when there is none.</summary>
    public static string? Unwrap(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (!trimmed.StartsWith(Fence, StringComparison.Ordinal) || !trimmed.EndsWith(Fence, StringComparison.Ordinal) || trimmed.Length < 2 * Fence.Length)
        {
            return null;
        }

        var line = trimmed.IndexOf('\n');
        if (line < 0 || line > trimmed.Length - Fence.Length)
        {
            return null;
        }

        var inside = trimmed[(line + 1)..^Fence.Length];
        return inside.Contains(Fence, StringComparison.Ordinal) ? null : inside.Trim().ToString();
    }

    /// <summary>True when a code fence or a JSON value is open at the end.</summary>
    public static bool IsOpen(string text)
    {
        var fences = 0;
        for (var at = text.IndexOf(Fence, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Fence, at + Fence.Length, StringComparison.Ordinal))
        {
            fences++;
        }

        if (fences % 2 == 1)
        {
            return true;
        }

        var start = text.AsSpan().TrimStart();
        return start.Length > 0 && start[0] is '{' or '[' && IsCutJson(start);
    }

    /// <summary>True when the end of a text repeats itself.</summary>
    public static bool IsLoop(string text)
    {
        for (var unit = 4; unit <= LongestUnit; unit++)
        {
            var length = Math.Max(unit * FewestRepeats, ShortestLoop);
            if (length + unit > text.Length)
            {
                return false;
            }

            var tail = text.AsSpan(text.Length - length);
            if (tail.SequenceEqual(text.AsSpan(text.Length - length - unit, length)) && HasWords(tail[..unit]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when an answer is nothing but a piece of what was said to the model.</summary>
    public static bool IsEcho(string answer, string said)
    {
        var trimmed = answer.AsSpan().Trim();
        return trimmed.Length >= ShortestEcho && said.AsSpan().Contains(trimmed, StringComparison.Ordinal);
    }

    // Lines of a table and rows of dashes repeat by nature.
    private static bool HasWords(ReadOnlySpan<char> unit)
    {
        var letters = 0;
        foreach (var c in unit)
        {
            letters += char.IsLetter(c) ? 1 : 0;
        }

        return letters * 2 >= unit.Length;
    }

    private static bool IsCutJson(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var reader = new Utf8JsonReader(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)), isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    return false;
                }
            }

            return true;
        }
        catch (JsonException)
        {
            // Text that begins with a bracket and is no JSON is no cut JSON either.
            return false;
        }
    }
}
