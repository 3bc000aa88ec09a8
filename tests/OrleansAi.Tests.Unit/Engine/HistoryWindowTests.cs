using OrleansAi.Engine.Conversations;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine;

/// <summary>What a model request may hold of a conversation.</summary>
public sealed class HistoryWindowTests
{
    [Fact]
    public void Select_MoreTurnsThanMessages_TakesTheNewestWholeTurns()
    {
        var window = new HistoryWindow(new ContextSize(6, 1_000, 0));
        for (var i = 0; i < 10; i++)
        {
            window.Add(Given.Turn($"q{i}", $"a{i}"));
        }

        // One new message leaves room for five others, which is two whole turns.
        Assert.Equal(["q8", "a8", "q9", "a9"], Texts(window.Select(new(1, 2, 0))));
        Assert.Equal(["q7", "a7", "q8", "a8", "q9", "a9"], Texts(window.Select(default)));
        Assert.Empty(window.Select(new(6, 0, 0)));
        Assert.Empty(window.Select(new(50, 0, 0)));
    }

    [Fact]
    public void Select_CharactersRunOut_NeverSplitsATurn()
    {
        var window = new HistoryWindow(new ContextSize(100, 100, 0));
        window.Add(Given.Turn(new string('a', 40), new string('b', 10)));
        window.Add(Given.Turn(new string('c', 20), new string('d', 20)));

        Assert.Equal(4, Texts(window.Select(new(1, 10, 0))).Length);
        Assert.Equal(2, Texts(window.Select(new(1, 20, 0))).Length);
        Assert.Empty(window.Select(new(1, 61, 0)));
    }

    [Fact]
    public void Add_BeyondTheLimits_KeepsNoMoreThanARequestCanHold()
    {
        var window = new HistoryWindow(new ContextSize(8, 50, 0));
        for (var i = 0; i < 1_000; i++)
        {
            window.Add(Given.Turn("12345", "67890"));
            Assert.InRange(window.Turns.Count, 1, 4);
        }
    }

    [Fact]
    public void Add_MediaBeyondTheLimit_ForgetsTheOldestTurns()
    {
        var window = new HistoryWindow(new ContextSize(100, 1_000, 2_500));
        for (var i = 0; i < 5; i++)
        {
            window.Add(Turn.Of(Given.Admitted($"q{i}", image: new string('i', 1_000)), Given.Ended(Given.Admitted("x"), $"a{i}"), 2));
        }

        Assert.Equal(["q3", "a3", "q4", "a4"], Texts(window.Turns));
        Assert.Equal(["q4", "a4"], Texts(window.Select(new(1, 1, 1_000))));
        Assert.Empty(window.Select(new(1, 1, 2_000)));
        Assert.False(window.HoldsAllBeside(default));
    }

    private static string[] Texts(IEnumerable<Turn> turns) =>
        [.. turns.SelectMany(static turn => turn.Items).Select(static item => item.Text)];
}
