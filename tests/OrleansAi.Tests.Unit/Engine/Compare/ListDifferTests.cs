using OrleansAi.Contracts.Comparison;
using OrleansAi.Engine.Compare;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine.Compare;

/// <summary>Lists compared by what their entries say.</summary>
public sealed class ListDifferTests
{
    [Fact]
    public void Compare_EqualContentsUnderOtherNames_DifferInNothing() =>
        Assert.Null(ListDiffer.Compare("list", [Entry("a1", "x"), Entry("a2", "y")], [Entry("b1", "x"), Entry("b2", "y")]));

    [Fact]
    public void Compare_InOutMovedAndAnotherVersion_AreToldApart()
    {
        var diff = ListDiffer.Compare(
            "list",
            [Entry("1", "one"), Entry("2", "two"), Entry("3", "three"), Entry("4", "four"), Entry("5", "five")],
            [Entry("1", "one"), Entry("4", "four"), Entry("2", "two"), Entry("3", "three, again"), Entry("6", "six")])!;

        Assert.Equal(
            [(EntryChange.Changed, "3", 2, 3), (EntryChange.Moved, "4", 3, 1), (EntryChange.Out, "5", 4, null), (EntryChange.In, "6", null, 4)],
            diff.Entries.OrderBy(static entry => entry.Name).Select(static entry => (entry.Change, entry.Name, entry.PlaceA, entry.PlaceB)));
        Assert.Equal((5, 5, 2, 0), (diff.CountA, diff.CountB, diff.Same, diff.LeftOut));
    }

    [Fact]
    public void Compare_MoreThanIsTold_SaysHowManyAreLeftOut()
    {
        var diff = ListDiffer.Compare("list", [.. Enumerable.Range(0, 300).Select(static i => Entry($"{i}", $"text {i}"))], [])!;

        Assert.Equal((ListDiff.MostEntries, 100), (diff.Entries.Count, diff.LeftOut));
    }

    private static ListEntry Entry(string name, string text) => new("message", name, text, text);
}
