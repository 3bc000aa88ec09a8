using System.Security.Cryptography;
using System.Text;
using OrleansAi.Contracts.Comparison;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Compare;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Retrieval;
using OrleansAi.Engine.Runs;
using OrleansAi.Journal;
using OrleansAi.Tests.Unit.Retrieval;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine.Compare;

/// <summary>Manifests of contexts set against each other, and what was found.</summary>
public sealed class ContextDifferTests
{
    [Fact]
    public void Context_OfTheSamePieces_DoesNotDiffer() =>
        Assert.Null(Compare([Passage("a"), Message("q")], [Passage("a"), Message("q")]));

    [Fact]
    public void Context_PiecesInOutMovedAndDropped_AreTold()
    {
        var diff = Compare(
            [History("old"), Passage("a"), Passage("b"), Passage("c"), Message("q"), Tool("act")],
            [Passage("b"), Passage("a"), Passage("c", ContextDrop.Budget), History("new"), Message("q"), Tool("act", ContextDrop.Untrusted)])!;

        Assert.Equal((6, 6), (diff.CountA, diff.CountB));
        Assert.Equal(
            [
                (EntryChange.Out, "history"), (EntryChange.Moved, "passage"), (EntryChange.Changed, "passage"), (EntryChange.In, "history"), (EntryChange.Changed, "tool"),
            ],
            diff.Entries.Select(static entry => (entry.Change, entry.Kind)));
        Assert.Equal(("1 tokens, kept, version 7", "1 tokens, left out: budget, version 7"), (diff.Entries[2].TextA, diff.Entries[2].TextB));
        Assert.Equal(("1 tokens, kept", "1 tokens, left out: untrusted"), (diff.Entries[^1].TextA, diff.Entries[^1].TextB));
    }

    [Fact]
    public void Context_OfAnEarlierBuild_IsNotCompared() =>
        Assert.Null(ContextDiffer.Context(Side([]), null, Side([]), Prompt([Message("q")])));

    [Fact]
    public void Passages_AnotherTextAtThePlace_IsAnotherVersion()
    {
        var diff = ContextDiffer.Passages(Found(Passages.Of("one"), Passages.Of("same", file: "file-2")), Found(Passages.Of("two"), Passages.Of("same", file: "file-2")))!;

        var entry = Assert.Single(diff.Entries);
        Assert.Equal((EntryChange.Changed, "file-1#0", "one", "two"), (entry.Change, entry.Name, entry.TextA, entry.TextB));
    }

    [Fact]
    public void Retrieval_OfAnotherVersion_SaysWhichVersions()
    {
        var field = Assert.Single(ContextDiffer.Retrieval(Found(), Found() with { Collections = [new StoredSearch { Id = "vs_1", Version = 9 }] }).All);

        Assert.Equal(("version of vs_1", "7", "9", false), (field.Field, field.A, field.B, field.IsMeasure));
    }

    private static ListDiff? Compare(PackedPiece[] a, PackedPiece[] b) => ContextDiffer.Context(Side(a), Prompt(a), Side(b), Prompt(b));

    private static PackedPiece Passage(string text, ContextDrop drop = ContextDrop.None) => Piece(ContextPieceKind.Passage, text, drop);

    private static PackedPiece History(string text) => Piece(ContextPieceKind.History, text, ContextDrop.None);

    private static PackedPiece Message(string text) => Piece(ContextPieceKind.Message, text, ContextDrop.None);

    private static PackedPiece Tool(string text, ContextDrop drop = ContextDrop.None) => Piece(ContextPieceKind.Tool, text, drop);

    private static PackedPiece Piece(ContextPieceKind kind, string text, ContextDrop drop) => new(kind, drop, 1, SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static PromptOutput Prompt(PackedPiece[] pieces) => new() { Vendor = "v", Model = "m", RequestHash = "", Context = ContextManifest.Pack(pieces) };

    private static RetrievalOutput Found(params RetrievedPassage[] passages) => RetrievalOutput.Of(new RecordedSearch
    {
        Query = "q",
        Collections = [new SearchedCollection { Id = "vs_1", Version = 7 }],
        Passages = passages,
    });

    // The passages of a manifest have no names of their own: they are those that were found, in their order.
    private static ComparedSide Side(PackedPiece[] pieces)
    {
        var admitted = Given.Admitted("q");
        var passages = pieces.Where(static piece => piece.Kind == ContextPieceKind.Passage).Select(static piece =>
            Passages.Of("text", file: $"file-{Convert.ToHexStringLower(piece.Hash.AsSpan(0, 4))}")).ToArray();
        var ended = Given.Ended(admitted, "answer") with
        {
            Steps = [new StepBody { Stage = Stage.Retrieval, InputHash = "", StartedAt = 1, DurationMicroseconds = 1, Silo = "silo", Retrieval = Found(passages) }],
        };
        var entry = new RunEntry
        {
            Tenant = "local",
            RunId = admitted.RunId,
            Conversation = "conv_1",
            Model = "default",
            Status = RunStatus.Completed,
            CreatedAt = 1,
            AdmittedPosition = 1,
            EndedPosition = 2,
        };
        return new ComparedSide(new ArchivedRun(entry, admitted, ended), [], true);
    }
}
