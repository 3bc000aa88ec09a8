using OrleansAi.Engine.Conversations;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine;

/// <summary>What a model request may hold of a conversation.</summary>
public sealed class HistoryWindowTests
{
    [Fact]
    public void Select_MoreTurnsThanMessages_TakesTheNewestWholeTurns()
    {
        var window = new HistoryWindow(maxMessages: 6, maxCharacters: 1_000);
        for (var i = 0; i < 10; i++)
        {
            window.Add(Given.Turn($"q{i}", $"a{i}"));
        }

        // One new message leaves room for five others, which is two whole turns.
        Assert.Equal(["q8", "a8", "q9", "a9"], Texts(window.Select(1, 2)));
        Assert.Equal(["q7", "a7", "q8", "a8", "q9", "a9"], Texts(window.Select(0, 0)));
        Assert.Empty(window.Select(6, 0));
        Assert.Empty(window.Select(50, 0));
    }

    [Fact]
    public void Select_CharactersRunOut_NeverSplitsATurn()
    {
        var window = new HistoryWindow(maxMessages: 100, maxCharacters: 100);
        window.Add(Given.Turn(new string('a', 40), new string('b', 10)));
        window.Add(Given.Turn(new string('c', 20), new string('d', 20)));

        Assert.Equal(4, Texts(window.Select(1, 10)).Length);
        Assert.Equal(2, Texts(window.Select(1, 20)).Length);
        Assert.Empty(window.Select(1, 61));
    }

    [Fact]
    public void Add_BeyondTheLimits_KeepsNoMoreThanARequestCanHold()
    {
        var window = new HistoryWindow(maxMessages: 8, maxCharacters: 50);
        for (var i = 0; i < 1_000; i++)
        {
            window.Add(Given.Turn("12345", "67890"));
            Assert.InRange(window.Turns.Count, 1, 4);
        }
    }

    private static string[] Texts(IEnumerable<Turn> turns) =>
        [.. turns.SelectMany(static turn => turn.Items).Select(static item => item.Text)];
}
