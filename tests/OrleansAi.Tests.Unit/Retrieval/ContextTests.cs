using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Faults;
using OrleansAi.Engine.Retrieval;
using OrleansAi.Engine.Runs;
using OrleansAi.Tests.Unit.Engine;
using Xunit;

namespace OrleansAi.Tests.Unit.Retrieval;

/// <summary>What is noted of a context is what is in it.</summary>
public sealed class ContextTests
{
    private static readonly ModelTool Tool = new() { Name = "act", Parameters = """{"type":"object"}""" };

    [Fact]
    public async Task Context_EveryKindOfPiece_IsNotedInItsOrderWithItsReason()
    {
        var (models, pieces) = await RunAsync(
            new RouteRetrieval { MaxTokens = 25, DeniesTools = true },
            new TurnOptions { Tools = [Tool] },
            Passages.Of("first"), Passages.Of("first"), Passages.Of("second"), Passages.Of("third"), Passages.Of("fourth", tokens: 1));

        Assert.Equal(
            [
                (ContextPieceKind.Instructions, ContextDrop.None),
                (ContextPieceKind.History, ContextDrop.None),
                (ContextPieceKind.History, ContextDrop.None),
                (ContextPieceKind.Passage, ContextDrop.None),
                (ContextPieceKind.Passage, ContextDrop.Duplicate),
                (ContextPieceKind.Passage, ContextDrop.None),
                (ContextPieceKind.Passage, ContextDrop.Budget),
                (ContextPieceKind.Passage, ContextDrop.Budget),
                (ContextPieceKind.Message, ContextDrop.None),
                (ContextPieceKind.Tool, ContextDrop.Untrusted),
            ],
            pieces.Select(static piece => (piece.Kind, piece.Drop)));
        Assert.Equal([0, 1, 2, 3, 4], pieces.Select(static piece => piece.Passage).OfType<int>());
        Assert.All(pieces, static piece => Assert.True(piece.Tokens > 0 && piece.Hash.Length == 32));
        var call = Assert.Single(models.Calls);
        Assert.Empty(call.Tools);
        Assert.Equal(["be kind", "q", "a", "now"], call.Messages.Where(static one => PassageBlock.Parse(one.Text).Count == 0).Select(static one => one.Text));
        Assert.Equal([(1, "first"), (3, "second")], PassageBlock.Parse(call.Messages[3].Text).Select(static one => (one.Number, one.Text)));
    }

    [Fact]
    public async Task Context_ToolsOfARouteThatTrusts_AreKept()
    {
        var (models, pieces) = await RunAsync(new RouteRetrieval(), new TurnOptions { Tools = [Tool] }, Passages.Of("first"));

        Assert.Equal(ContextDrop.None, pieces[^1].Drop);
        Assert.Single(models.Calls[0].Tools);
    }

    [Fact]
    public async Task Context_NothingFound_DeniesNothing()
    {
        var (models, pieces) = await RunAsync(new RouteRetrieval { DeniesTools = true }, new TurnOptions { Tools = [Tool] });

        Assert.DoesNotContain(pieces, static piece => piece.Kind == ContextPieceKind.Passage);
        Assert.Single(models.Calls[0].Tools);
    }

    [Fact]
    public void Pack_FortyMessages_StaysSmall()
    {
        var packed = ContextManifest.Pack([.. Enumerable.Range(0, 40).Select(static i => new PackedPiece(ContextPieceKind.History, ContextDrop.None, i * 200, new byte[32], null))]);

        Assert.InRange(packed.Length, 1, 800);
        Assert.Equal(40, ContextManifest.Unpack(packed, null)!.Count);
        Assert.Throws<InvalidDataException>(() => ContextManifest.Unpack(packed[..^1], null));
        Assert.Null(ContextManifest.Unpack([9, 9], null));
    }

    [Theory]
    [InlineData(120L, 30)]
    [InlineData(null, 25)]
    [InlineData(3L, 25)]
    [InlineData(40_000L, 25)]
    public void Tokens_OfAPiece_AreItsShareOfWhatTheVendorCounted(long? counted, int tokens)
    {
        var packed = ContextManifest.Pack(
        [
            new PackedPiece(ContextPieceKind.Message, ContextDrop.None, 100, new byte[32], null),
            new PackedPiece(ContextPieceKind.Message, ContextDrop.None, 300, new byte[32], null),
            new PackedPiece(ContextPieceKind.Passage, ContextDrop.Budget, 100, new byte[32], null),
        ]);

        Assert.Equal([tokens, 3 * tokens, tokens], ContextManifest.Unpack(packed, counted)!.Select(static piece => piece.Tokens));
    }

    [Fact]
    public void Pack_AsEarlierBuildsDid_HasTheTokens()
    {
        var message = new ModelMessage { Role = Role.User, Text = "hello world" };
        var packed = ContextManifest.Pack([new PackedPiece(ContextPieceKind.Message, ContextDrop.None, 11, new byte[32], message)], ContextManifest.CountedForm);

        Assert.Equal(ContextManifest.CountedForm, ContextManifest.FormOf(packed));
        Assert.Equal(TokenCounter.Count(message), Assert.Single(ContextManifest.Unpack(packed, 99)!).Tokens);
    }

    private static async Task<(ScriptedModels Models, IReadOnlyList<ContextPiece> Pieces)> RunAsync(
        RouteRetrieval route, TurnOptions options, params RetrievedPassage[] passages)
    {
        var models = new ScriptedModels();
        var plan = Given.Plan(Passages.Admitted("now", options: options, route: route), Given.Turn("q", "a")) with { Retriever = new ScriptedRetriever(passages) };
        var ended = await new RunEngine(models, TimeProvider.System, new NoFaultPoints()).ExecuteAsync(plan, Given.Log(plan.Admitted));
        Assert.Equal(RunStatus.Completed, ended.Status);
        return (models, RunViews.Steps(plan.Admitted, ended).Single(static step => step.Context is not null).Context!);
    }
}
