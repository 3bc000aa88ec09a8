using System.Text;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;
using OrleansAi.Journal;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine;

/// <summary>Ends of runs as builds before phases and citations wrote them: read as ever, told with the numbers that live followers saw.</summary>
public sealed class EarlierRecordTests
{
    [Fact]
    public void TextAlone_IsOneMessage()
    {
        var (view, events) = Read("""{"x":{"t":"abc"},"chunks":"AgE="}""");

        Assert.Equal(("abc", null), (Assert.Single(view.Output).Text, view.Output[0].Phase));
        Assert.Equal(["ab", "c"], events.Where(static next => next.Kind == RunEventKind.TextDelta).Select(static next => next.Text));
        Assert.Equal(Enumerable.Range(0, 10).Select(static i => (long)i), events.Select(static next => next.Sequence));
    }

    [Fact]
    public void ThoughtsTextAndCall_AreInTheirOrder()
    {
        var (view, events) = Read(
            """{"x":{"t":"I look"},"thoughts":{"t":"hm "},"chunks":"AAIDAAYDAAMC","finish":3,"tools":[{"id":"c1","name":"f","x":{"t":"{}"}}]}""");

        Assert.Equal([ItemKind.Reasoning, ItemKind.Message, ItemKind.FunctionCall], view.Output.Select(static item => item.Kind));
        Assert.Equal(Enumerable.Range(0, 19).Select(static i => (long)i), events.Select(static next => next.Sequence));
        Assert.Equal(
            [2L, 8, 14], events.Where(static next => next.Kind == RunEventKind.ItemAdded).Select(static next => next.Sequence));
    }

    [Fact]
    public void AnAbandonedAttempt_IsToldBeforeTheOneThatCounts()
    {
        var (view, events) = Read(
            """{"x":{"t":"kept"},"abandoned":[{"attempt":1,"x":{"t":"lost text"},"chunks":"BQQ="}]}""", attempt: 2);

        Assert.Equal("kept", Assert.Single(view.Output).Text);
        Assert.Equal(["lost ", "text", "kept"], events.Where(static next => next.Kind == RunEventKind.TextDelta).Select(static next => next.Text));
        Assert.Contains(events, static next => next.Sequence == RunEvent.AttemptSpan);
    }

    private static (RunView View, IReadOnlyList<RunEvent> Events) Read(string output, int attempt = 1)
    {
        var admitted = Given.Admitted("ask", stream: true);
        var json = $$"""
            {"run":"{{admitted.RunId}}","adm":1,"status":2,"at":2000,"attempt":{{attempt}},"steps":[
            {"stage":2,"n":1,"ih":"","at":1,"us":1,"silo":"silo","out":{{output}}}]}
            """;
        var ended = (RunEndedBody)RecordSerializer.Deserialize(
            new JournalRecord(2, Guid.Empty, RecordKind.RunEnded, Encoding.UTF8.GetBytes(json), 0));
        return (RunViews.Ended(admitted, ended, "conv_1"), RunEventReplay.Rebuild(admitted, ended, "conv_1").After(-1));
    }
}
