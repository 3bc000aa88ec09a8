using OrleansAi.Testing.Histories;
using Xunit;

namespace OrleansAi.Tests.Unit.Histories;

/// <summary>The checker on histories made by hand: what is right it lets pass, and what is wrong it names.</summary>
public sealed class HistoryCheckerTests
{
    private const string A = "a.md";
    private const string B = "b.md";

    [Fact]
    public void Check_OneAfterTheOther_FindsNothing() => AssertFinds(
        [],
        Write(A, "1", 0, 10, version: 2),
        Search(20, 30, 2, (A, "1")),
        Write(B, "2", 40, 50, version: 3),
        Search(60, 70, 3, (A, "1"), (B, "2")),
        Remove(A, 80, 90, version: 4),
        Search(100, 110, 4, (B, "2")),
        Search(120, 130, 2, (A, "1")) with { AtVersion = 2 },
        Now(140, 150, (B, "2")),
        Get(A, 160, 170, null),
        Get(B, 160, 170, "2"));

    [Fact]
    public void Check_ReadBesideAWrite_MayHaveItOrNot()
    {
        AssertFinds([], Write(A, "1", 0, 100, version: 2), Search(10, 20, 1), Search(30, 40, 2, (A, "1")), Get(A, 50, 60, "1"));
        AssertFinds([], Write(A, "1", 0, 100, version: 2), Get(A, 50, 60, null), Search(30, 110, 1));
    }

    [Fact]
    public void Check_OlderThanAnAcknowledgedWrite_IsStale()
    {
        AssertFinds([ViolationKind.Stale], Write(A, "1", 0, 10, version: 2), Search(20, 30, 1));
        AssertFinds([ViolationKind.Stale], Write(A, "1", 0, 10, version: 2), Write(A, "2", 11, 19, version: 5), Search(20, 30, 4, (A, "1")) with { MinVersion = 2 });
    }

    [Theory]
    [InlineData("reader-1")]
    [InlineData("reader-2")]
    public void Check_OlderThanAnAnswerBefore_WentBack(string second) => AssertFinds(
        [ViolationKind.WentBack],
        Write(A, "1", 0, 100, version: 2),
        Search(10, 20, 2, (A, "1")),
        Search(30, 40, 1) with { Client = second });

    [Fact]
    public void Check_DocumentReadAfterSomebodySawItsNextForm_WentBack() => AssertFinds(
        [ViolationKind.WentBack],
        Write(A, "1", 0, 5, version: 2),
        Write(A, "2", 10, 100, version: 3),
        Get(A, 20, 30, "2"),
        Get(A, 40, 50, "1"));

    [Fact]
    public void Check_OtherVersionThanNamed_IsWrong()
    {
        AssertFinds([ViolationKind.WrongVersion], Search(0, 10, 3) with { MinVersion = 4 });
        AssertFinds([ViolationKind.WrongVersion], Search(0, 10, 3) with { AtVersion = 2 });
    }

    [Fact]
    public void Check_ToldVersionRefused_IsNotReached()
    {
        var refused = new HistoryRead
        {
            Client = "reader-1", Collection = "vs", Began = 20, Ended = 30, Outcome = OperationOutcome.Refused, IsNotReached = true, MinVersion = 2,
        };
        AssertFinds([ViolationKind.NotReached], Write(A, "1", 0, 10, version: 2), refused);
        AssertFinds([], Write(A, "1", 0, 10, version: 2), refused with { MinVersion = 3 });
    }

    [Fact]
    public void Check_SupersededFormAtANewerVersion_IsNamed()
    {
        AssertFinds(
            [ViolationKind.Superseded],
            Write(A, "1", 0, 10, version: 2), Write(A, "2", 20, 30, version: 3), Search(40, 50, 3, (A, "1")));
        AssertFinds(
            [ViolationKind.Superseded],
            Write(A, "1", 0, 10, version: 2), Remove(A, 20, 30, version: 3), Search(40, 50, 3, (A, "1")));
        AssertFinds(
            [ViolationKind.Superseded],
            Write(A, "1", 0, 10, version: 2), Write(A, "2", 20, 30, version: 3), Get(A, 40, 50, "1"));
        AssertFinds(
            [ViolationKind.Superseded],
            Write(A, "1", 0, 10, version: 2), Remove(A, 20, 30, version: 3), Now(40, 50, (A, "1")));
    }

    [Fact]
    public void Check_AcknowledgedWriteThatIsNotThere_IsLost()
    {
        AssertFinds([ViolationKind.Lost], Write(A, "1", 0, 10, version: 2), Search(20, 30, 3));
        AssertFinds([ViolationKind.Lost], Write(A, "1", 0, 10, version: 2), Get(A, 20, 30, null));
        AssertFinds([], Write(A, "1", 0, 10, version: 2), Search(20, 30, 3) with { IsWhole = false });
    }

    [Fact]
    public void Check_ContentsOfAnotherVersion_AreUnexplained()
    {
        var future = Search(40, 50, 2, (A, "2")) with { AtVersion = 2 };
        AssertFinds([ViolationKind.Unexplained], Write(A, "1", 0, 10, version: 2), Write(A, "2", 20, 30, version: 3), future);
        AssertFinds([ViolationKind.Unexplained], Write(A, "1", 0, 10, version: 2), Search(20, 30, 2, (A, "nobody's")));
    }

    [Fact]
    public void Check_RemovedAtANewerVersionThanInTruth_MayBeGoneBefore() => AssertFinds(
        [],
        Write(A, "1", 0, 10, version: 2),
        Remove(A, 20, 30, version: 5),
        Search(40, 50, 4) with { AtVersion = 4 },
        Search(60, 70, 3, (A, "1")) with { AtVersion = 3 });

    [Fact]
    public void Check_TwoReadsOfOneVersion_HaveToAgree() => AssertFinds(
        [ViolationKind.Different],
        Unknown(A, "1", 0, 10),
        Search(20, 30, 2, (A, "1")),
        Search(40, 50, 2));

    [Fact]
    public void Check_FormThatWasGone_CameBack() => AssertFinds(
        [ViolationKind.CameBack],
        Unknown(A, "1", 0, 10),
        Write(A, "2", 20, 30, version: 3),
        Search(31, 32, 2, (A, "1")) with { AtVersion = 2 },
        Search(40, 50, 3, (A, "2")),
        Search(60, 70, 4, (A, "1")));

    [Fact]
    public void Check_TwoFormsInOneAnswer_AreDoubled() => AssertFinds(
        [ViolationKind.Doubled],
        Write(A, "1", 0, 10, version: 2),
        Unknown(A, "2", 20, 30),
        Search(40, 50, 2, (A, "1"), (A, "2")));

    [Fact]
    public void Check_UnknownOutcome_MayHaveHappenedAtAnyTimeOrNever()
    {
        AssertFinds([], Unknown(A, "1", 0, 10), Search(20, 30, 1), Get(A, 20, 30, null));
        AssertFinds([], Unknown(A, "1", 0, 10), Search(20, 30, 1), Search(40, 50, 2, (A, "1")), Get(A, 60, 70, "1"));
        AssertFinds([], Unknown(A, "1", 0, 10), Write(A, "2", 20, 30, version: 2), Search(40, 50, 2, (A, "2")), Search(60, 70, 3, (A, "1")));
        AssertFinds([], Write(A, "1", 0, 10, version: 2), Unknown(A, null, 20, 30), Search(40, 50, 2, (A, "1")), Search(60, 70, 3));
        AssertFinds([ViolationKind.Unexplained], Search(0, 10, 2, (A, "1")), Unknown(A, "1", 20, 30));
    }

    [Fact]
    public void Check_RefusedWrite_NeverHappened() => AssertFinds(
        [ViolationKind.Unexplained],
        Write(A, "1", 0, 10, version: 1) with { Outcome = OperationOutcome.Refused, Version = null },
        Search(20, 30, 1, (A, "1")));

    [Fact]
    public void Check_SeveralCollections_AreJudgedEachByItself() => AssertFinds(
        [],
        Write(A, "1", 0, 10, version: 7),
        Search(20, 30, 2, (A, "x")) with { Collection = "other" },
        Write(A, "x", 0, 10, version: 2) with { Collection = "other" });

    [Fact]
    public void Check_ValueWrittenTwice_IsNoHistory() => Assert.Throws<InvalidDataException>(
        () => HistoryChecker.Check([Write(A, "1", 0, 10, version: 2), Write(A, "1", 20, 30, version: 3)]));

    private static void AssertFinds(ViolationKind[] expected, params HistoryOperation[] operations)
    {
        var found = HistoryChecker.Check(operations);
        Assert.True(expected.SequenceEqual(found.Select(static violation => violation.Kind)), string.Join('\n', found));
    }

    private static HistoryWrite Write(string document, string? value, long began, long ended, long version) => new()
    {
        Client = "writer", Collection = "vs", Document = document, Value = value, Began = began, Ended = ended, Version = version,
    };

    private static HistoryWrite Remove(string document, long began, long ended, long version) =>
        Write(document, null, began, ended, version) with { IsExact = false };

    private static HistoryWrite Unknown(string document, string? value, long began, long ended) =>
        Write(document, value, began, ended, 0) with { Outcome = OperationOutcome.Unknown, Version = null };

    private static HistoryRead Search(long began, long ended, long version, params (string, string)[] values) =>
        Now(began, ended, values) with { Version = version, IsVersioned = true };

    private static HistoryRead Now(long began, long ended, params (string, string)[] values) => new()
    {
        Client = "reader-1", Collection = "vs", Began = began, Ended = ended, Values = values,
    };

    private static HistoryRead Get(string document, long began, long ended, string? value) =>
        Now(began, ended, value is null ? [] : [(document, value)]) with { Document = document };
}
