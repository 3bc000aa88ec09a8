using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Vendors.Builtin;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors;

/// <summary>The built-in model.</summary>
public sealed class ExtractiveModelTests
{
    [Fact]
    public async Task Answer_ConversationKnows_QuotesIt()
    {
        var call = Call("My dog is called Rex. I like tea.", "What is my dog called?");

        var answer = await new ExtractiveModel().CompleteAsync(call, CancellationToken.None);

        Assert.Contains("“My dog is called Rex.”", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("tea", answer.Text, StringComparison.Ordinal);
        Assert.Equal(answer, await new ExtractiveModel().CompleteAsync(call, CancellationToken.None));
    }

    [Fact]
    public async Task Answer_NothingKnown_SaysWhatItIs()
    {
        var answer = await new ExtractiveModel().CompleteAsync(Call("What is the capital of Peru?"), CancellationToken.None);

        Assert.StartsWith("I am the built-in model", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_Pieces_AreTheAnswer()
    {
        var text = "";
        var answer = await new ExtractiveModel().StreamAsync(
            Call("hello"),
            piece =>
            {
                text += piece.Text;
                return ValueTask.CompletedTask;
            },
            CancellationToken.None);

        Assert.Equal(answer.Text, text);
    }

    [Fact]
    public async Task Answer_MaxTokens_IsCut()
    {
        var answer = await new ExtractiveModel().CompleteAsync(
            Call("hello") with { Sampling = new Sampling { MaxOutputTokens = 3 } }, CancellationToken.None);

        Assert.Equal(("I am the", FinishReason.Length), (answer.Text, answer.FinishReason));
    }

    private static ModelCall Call(params string[] messages) => new()
    {
        RunId = "resp_1",
        Vendor = "builtin",
        Model = "extractive",
        Messages = [.. messages.Select(static text => new ModelMessage { Role = Role.User, Text = text })],
        Sampling = new Sampling(),
        Deadline = long.MaxValue,
    };
}
