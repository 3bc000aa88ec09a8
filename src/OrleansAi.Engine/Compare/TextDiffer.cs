using System.Security.Cryptography;
using System.Text;
using DiffPlex;
using DiffPlex.Chunkers;
using OrleansAi.Contracts.Comparison;

namespace OrleansAi.Engine.Compare;

/// <summary>Compares texts line by line.</summary>
internal static class TextDiffer
{
    /// <summary>The longest text whose lines are compared, in characters.</summary>
    public const int MostCharacters = 256 * 1024;

    /// <summary>The most lines that are compared: the time goes with the product of lines and differences.</summary>
    public const int MostLines = 4_000;

    // Lines around a change, as everybody knows them from patches.
    private const int Around = 3;

    /// <summary>How two texts differ; null when they do not.</summary>
    /// <param name="field">Which text it is.</param>
    /// <param name="a">The first text; null for none.</param>
    /// <param name="b">The second text; null for none.</param>
    /// <param name="isDestroyedA">True when the first text was destroyed.</param>
    /// <param name="isDestroyedB">True when the second text was destroyed.</param>
    public static TextDiff? Compare(string field, string? a, string? b, bool isDestroyedA = false, bool isDestroyedB = false)
    {
        if (isDestroyedA || isDestroyedB)
        {
            return new TextDiff
            {
                Field = field,
                HashA = isDestroyedA ? null : Hash(a),
                HashB = isDestroyedB ? null : Hash(b),
                State = TextDiffState.Destroyed,
            };
        }

        if (a == b)
        {
            return null;
        }

        var diff = new TextDiff { Field = field, HashA = Hash(a), HashB = Hash(b) };
        return IsTooLong(a) || IsTooLong(b)
            ? diff with { State = TextDiffState.TooLong }
            : diff with { Hunks = Hunks(a ?? "", b ?? "") };
    }

    /// <summary>SHA-256 of a text, lower-case hexadecimal; null for none.</summary>
    public static string? Hash(string? text) => text is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static bool IsTooLong(string? text) => text is not null && (text.Length > MostCharacters || text.AsSpan().Count('\n') > MostLines);

    private static List<TextHunk> Hunks(string a, string b)
    {
        var diff = Differ.Instance.CreateDiffs(a, b, ignoreWhiteSpace: false, ignoreCase: false, LineChunker.Instance);
        var hunks = new List<TextHunk>();
        for (var i = 0; i < diff.DiffBlocks.Count;)
        {
            // Blocks whose surroundings meet are one place.
            var first = i++;
            while (i < diff.DiffBlocks.Count && diff.DiffBlocks[i].DeleteStartA - End(i - 1) <= 2 * Around)
            {
                i++;
            }

            hunks.Add(Hunk(first, i));
        }

        return hunks;

        int End(int block) => diff.DiffBlocks[block].DeleteStartA + diff.DiffBlocks[block].DeleteCountA;

        TextHunk Hunk(int from, int to)
        {
            var lines = new List<string>();
            var start = Math.Max(0, diff.DiffBlocks[from].DeleteStartA - Around);
            var at = start;
            for (var block = from; block < to; block++)
            {
                var change = diff.DiffBlocks[block];
                Same(change.DeleteStartA);
                lines.AddRange(diff.PiecesOld.Skip(change.DeleteStartA).Take(change.DeleteCountA).Select(static line => $"-{line}"));
                lines.AddRange(diff.PiecesNew.Skip(change.InsertStartB).Take(change.InsertCountB).Select(static line => $"+{line}"));
                at = End(block);
            }

            Same(Math.Min(diff.PiecesOld.Count, at + Around));
            var before = diff.DiffBlocks[from].DeleteStartA - start;
            return new TextHunk { StartA = start + 1, StartB = diff.DiffBlocks[from].InsertStartB - before + 1, Lines = lines };

            void Same(int until)
            {
                for (; at < until; at++)
                {
                    lines.Add($" {diff.PiecesOld[at]}");
                }
            }
        }
    }
}
