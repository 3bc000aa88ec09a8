using OrleansAi.Contracts.Models;

namespace OrleansAi.Vendors.Sanity;

/// <summary>
/// Finds single words of another script in an answer: what a server with a fault in its sampling has written (Anthropic,
/// September 2025). An answer that is mostly in that script, or a conversation that has used it, is none.
/// </summary>
internal static class Scripts
{
    private const int MostShare = 10;

    private static readonly (string Name, char First, char Last)[] Ranges =
    [
        ("Cyrillic", '\u0400', '\u052F'),
        ("Hebrew", '\u0590', '\u05FF'),
        ("Arabic", '\u0600', '\u06FF'),
        ("Devanagari", '\u0900', '\u097F'),
        ("Thai", '\u0E00', '\u0E7F'),
        ("Kana", '\u3040', '\u30FF'),
        ("Han", '\u4E00', '\u9FFF'),
        ("Hangul", '\uAC00', '\uD7AF'),
    ];

    /// <summary>The script that does not belong; null for none.</summary>
    public static string? FindForeign(string answer, IReadOnlyList<ModelMessage> messages)
    {
        if (!answer.AsSpan().ContainsAnyInRange('\u0400', '\uD7AF'))
        {
            return null;
        }

        foreach (var (name, first, last) in Ranges)
        {
            var count = 0;
            foreach (var c in answer)
            {
                count += c >= first && c <= last ? 1 : 0;
            }

            if (count > 0 && count * MostShare < answer.Length
                && !messages.Any(message => message.Text.AsSpan().ContainsAnyInRange(first, last)))
            {
                return name;
            }
        }

        return null;
    }
}
