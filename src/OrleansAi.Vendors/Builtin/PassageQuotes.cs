using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Retrieval;

namespace OrleansAi.Vendors.Builtin;

/// <summary>What the built-in model quotes from passages: of each the block that shares the most words with the question, with its mark.</summary>
internal static class PassageQuotes
{
    private const int LongestQuote = 800;
    private const int ShortestStem = 4;

    /// <summary>The passages of a call; none where it has none.</summary>
    public static IReadOnlyList<ShownPassage> Of(ModelCall call) => [.. call.Messages.SelectMany(static message => PassageBlock.Parse(message.Text))];

    /// <summary>The best quotes, best first, and how many words of the question the first one has.</summary>
    /// <param name="passages">The passages, best first.</param>
    /// <param name="question">The words of the question.</param>
    /// <param name="most">The most quotes.</param>
    public static (IReadOnlyList<string> Quotes, int Score) Find(IReadOnlyList<ShownPassage> passages, IReadOnlySet<string> question, int most)
    {
        var wanted = question.Select(Stem).ToHashSet(StringComparer.Ordinal);
        var found = passages
            .Select((passage, place) => (passage, place, best: Best(passage, wanted)))
            .Where(static one => one.best.Score > 0)
            .OrderByDescending(static one => one.best.Score)
            .ThenBy(static one => one.place)
            .ToList();

        // What shares fewer words than the best one is about something else.
        return found.Count == 0
            ? ([], 0)
            : (
                [
                    .. found.TakeWhile(one => one.best.Score == found[0].best.Score)
                        .Take(most)
                        .Select(static one => $"“{Cut(one.best.Text)}” {PassageBlock.MarkOf(one.passage.Number)}"),
                ],
                found[0].best.Score);
    }

    private static (string Text, int Score) Best(ShownPassage passage, HashSet<string> wanted)
    {
        var blocks = Blocks(passage.Text).ToList();
        var best = ("", 0);
        var heading = "";
        for (var i = 0; i < blocks.Count; i++)
        {
            var isHeading = blocks[i].StartsWith('#');
            if (isHeading)
            {
                heading = blocks[i];
                continue;
            }

            // A heading says what its blocks are about; they need not say it again.
            var score = Score($"{heading}\n{blocks[i]}", wanted);
            if (score > best.Item2)
            {
                // What is announced with a colon belongs to it.
                var text = blocks[i].EndsWith(':') && i + 1 < blocks.Count ? $"{blocks[i]}\n{blocks[i + 1]}" : blocks[i];
                best = (text, score);
            }
        }

        return best;
    }

    private static int Score(string text, HashSet<string> wanted) =>
        LexicalText.Words(text).Select(Stem).Distinct(StringComparer.Ordinal).Count(wanted.Contains);

    // Paragraphs, and each heading and each line of a table or a list by itself; what is between two fences of code stays together.
    private static IEnumerable<string> Blocks(string text)
    {
        var block = new List<string>();
        var isCode = false;
        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.Trim();
            var isFence = trimmed.StartsWith("```", StringComparison.Ordinal);
            var begins = !isCode && (isFence || trimmed.Length == 0 || trimmed[0] is '#' or '|' or '-');
            if (begins && block.Count > 0)
            {
                yield return string.Join('\n', block);
                block.Clear();
            }

            isCode ^= isFence;
            if (trimmed.Length > 0 || isCode)
            {
                block.Add(isCode ? line.TrimEnd() : trimmed);
            }

            if (block.Count > 0 && !isCode && (isFence || block[0][0] == '#'))
            {
                yield return string.Join('\n', block);
                block.Clear();
            }
        }

        if (block.Count > 0)
        {
            yield return string.Join('\n', block);
        }
    }

    private static string Cut(string text)
    {
        if (text.Length <= LongestQuote)
        {
            return text;
        }

        var end = text.LastIndexOf(' ', LongestQuote);
        return $"{text[..(end > 0 ? end : LongestQuote)]} …";
    }

    // Enough for a plural or a verb's ending to be no other word.
    private static string Stem(string word)
    {
        foreach (var ending in (ReadOnlySpan<string>)["ing", "ed", "es", "s"])
        {
            if (word.Length - ending.Length >= ShortestStem && word.EndsWith(ending, StringComparison.Ordinal))
            {
                return word[..^ending.Length];
            }
        }

        return word;
    }
}
