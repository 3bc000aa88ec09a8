using OrleansAi.Contracts.Comparison;

namespace OrleansAi.Engine.Compare;

/// <summary>An entry of a list to compare.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its id or name, by which another version of it is known.</param>
/// <param name="Content">What it says, whole: entries of equal kind and content are the same, whatever they are called.</param>
/// <param name="Text">What of it is shown.</param>
internal sealed record ListEntry(string Kind, string Name, string Content, string Text);

/// <summary>
/// Compares lists. Entries are known by their content, because two conversations call equal things differently; what is left is
/// known by its name, and is another version. Of those that are in both, the fewest are told as moved.
/// </summary>
internal static class ListDiffer
{
    private const int MostText = 500;

    /// <summary>How two lists differ; null when they do not.</summary>
    public static ListDiff? Compare(string field, IReadOnlyList<ListEntry> a, IReadOnlyList<ListEntry> b)
    {
        var (toB, isSame) = Match(a, b);
        var inPlace = LongestRise(toB);
        var taken = new HashSet<int>(toB.OfType<int>());
        var entries = new List<EntryDiff>();
        var same = 0;
        for (var i = 0; i < a.Count; i++)
        {
            if (toB[i] is not { } j)
            {
                entries.Add(new EntryDiff { Change = EntryChange.Out, Kind = a[i].Kind, Name = a[i].Name, PlaceA = i, TextA = Short(a[i].Text) });
            }
            else if (!isSame[i])
            {
                entries.Add(Both(EntryChange.Changed, i, j) with { TextA = Short(a[i].Text), TextB = Short(b[j].Text) });
            }
            else if (inPlace.Contains(i))
            {
                same++;
            }
            else
            {
                entries.Add(Both(EntryChange.Moved, i, j));
            }
        }

        for (var j = 0; j < b.Count; j++)
        {
            if (!taken.Contains(j))
            {
                entries.Add(new EntryDiff { Change = EntryChange.In, Kind = b[j].Kind, Name = b[j].Name, PlaceB = j, TextB = Short(b[j].Text) });
            }
        }

        return entries.Count == 0 ? null : new ListDiff
        {
            Field = field,
            CountA = a.Count,
            CountB = b.Count,
            Same = same,
            Entries = [.. entries.OrderBy(static entry => entry.PlaceA ?? entry.PlaceB).Take(ListDiff.MostEntries)],
            LeftOut = Math.Max(0, entries.Count - ListDiff.MostEntries),
        };

        EntryDiff Both(EntryChange change, int i, int j) => new() { Change = change, Kind = a[i].Kind, Name = a[i].Name, PlaceA = i, PlaceB = j };
    }

    // The place in the second list of each entry of the first, and whether it is the same there or another version.
    private static (int?[] ToB, bool[] IsSame) Match(IReadOnlyList<ListEntry> a, IReadOnlyList<ListEntry> b)
    {
        var toB = new int?[a.Count];
        var isSame = new bool[a.Count];
        var free = b.Select(static (entry, place) => (entry, place))
            .GroupBy(static one => (one.entry.Kind, one.entry.Content), static one => one.place)
            .ToDictionary(static group => group.Key, static group => new Queue<int>(group));
        for (var i = 0; i < a.Count; i++)
        {
            if (free.TryGetValue((a[i].Kind, a[i].Content), out var places) && places.TryDequeue(out var place))
            {
                (toB[i], isSame[i]) = (place, true);
            }
        }

        var rest = free.Values.SelectMany(static places => places)
            .GroupBy(place => (b[place].Kind, b[place].Name))
            .ToDictionary(static group => group.Key, static group => new Queue<int>(group.Order()));
        for (var i = 0; i < a.Count; i++)
        {
            if (toB[i] is null && rest.TryGetValue((a[i].Kind, a[i].Name), out var places) && places.TryDequeue(out var place))
            {
                toB[i] = place;
            }
        }

        return (toB, isSame);
    }

    // The longest sequence of entries that stand in the same order in both lists (patience sorting).
    private static HashSet<int> LongestRise(int?[] toB)
    {
        var tops = new List<int>();
        var before = new int[toB.Length];
        for (var i = 0; i < toB.Length; i++)
        {
            if (toB[i] is not { } place)
            {
                continue;
            }

            var pile = tops.FindIndex(top => toB[top] > place) is var found and >= 0 ? found : tops.Count;
            before[i] = pile > 0 ? tops[pile - 1] : -1;
            if (pile == tops.Count)
            {
                tops.Add(i);
            }
            else
            {
                tops[pile] = i;
            }
        }

        var rise = new HashSet<int>();
        for (var i = tops.Count > 0 ? tops[^1] : -1; i >= 0; i = before[i])
        {
            rise.Add(i);
        }

        return rise;
    }

    private static string Short(string text) => text.Length <= MostText
        ? text
        : $"{text.AsSpan(0, char.IsHighSurrogate(text[MostText - 1]) ? MostText - 1 : MostText)}…";
}
