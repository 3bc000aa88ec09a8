using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Vendors.Wire;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors;

/// <summary>A transcript of many vendors, put in the order of one.</summary>
public sealed class TranscriptTests
{
    [Fact]
    public void Project_TextAlone_IsTakenAsItIs()
    {
        var call = Call(Say(Role.System, "s"), Say(Role.User, "u"), Say(Role.Assistant, "a"), Say(Role.User, "v"));

        Assert.Same(call.Messages, Transcript.Project(call, TranscriptRules.Anthropic));
    }

    [Fact]
    public void Project_OrphanCall_IsAnswered()
    {
        var projected = Transcript.Project(Call(Say(Role.User, "u"), Calls("c1", "c2"), Output("c2", "two")), TranscriptRules.OpenAi);

        Assert.Equal(["c1", "c2"], projected.Where(static message => message.ToolCallId is not null).Select(static message => message.ToolCallId));
        Assert.Equal([Transcript.NoOutput, "two"], projected.Skip(2).Select(static message => message.Text));
        Assert.True(projected[2].IsToolError);
    }

    [Fact]
    public void Project_OutputFarFromItsCall_IsPutBehindIt()
    {
        var projected = Transcript.Project(Call(Calls("c1"), Say(Role.User, "meanwhile"), Output("c1", "one")), TranscriptRules.OpenAi);

        Assert.Equal(["", "one", "meanwhile"], projected.Select(static message => message.Text));
    }

    [Fact]
    public void Project_OutputWithoutCall_IsToldAsText()
    {
        var projected = Transcript.Project(Call(Output("gone", "42"), Say(Role.User, "u")), TranscriptRules.OpenAi);

        Assert.Equal(Transcript.LostCall + "42", projected[0].Text);
        Assert.Null(projected[0].ToolCallId);
    }

    [Fact]
    public void Project_DoubledCall_IsSentOnce()
    {
        var projected = Transcript.Project(Call(Calls("c1"), Output("c1", "one"), Calls("c1"), Say(Role.User, "u")), TranscriptRules.OpenAi);

        Assert.Single(projected, static message => message.ToolCalls.Count > 0);
    }

    [Fact]
    public void Project_ForMistral_GivesIdsOfNine()
    {
        var projected = Transcript.Project(Call(Calls("toolu_01ABCDEFGH", "abcDEF123"), Output("toolu_01ABCDEFGH", "x"), Output("abcDEF123", "y")),
            TranscriptRules.Of("openai.chat", "mistral-large-2"));

        var ids = projected[0].ToolCalls.Select(static call => call.Id).ToList();
        Assert.All(ids, static id => Assert.Matches("^[a-zA-Z0-9]{9}$", id));
        Assert.Equal("abcDEF123", ids[1]);
        Assert.Equal(ids, projected.Skip(1).Select(static message => message.ToolCallId!));
    }

    [Fact]
    public void Project_OpaqueItems_GoToTheirOwnVendorOnly()
    {
        var message = Calls("c1") with
        {
            Reasoning = [Thought("here"), Thought("there")],
            ToolCalls =
            [
                new ModelToolCall { Id = "c1", Name = "f", Arguments = "{}", Opaque = "mine", Vendor = "here" },
                new ModelToolCall { Id = "c2", Name = "f", Arguments = "{}", Opaque = "theirs", Vendor = "there" },
            ],
        };

        var projected = Transcript.Project(Call(Say(Role.User, "u"), message, Output("c1", "1"), Output("c2", "2")), TranscriptRules.Anthropic);

        Assert.Equal("here", Assert.Single(projected[1].Reasoning).Vendor);
        Assert.Equal(["mine", null], projected[1].ToolCalls.Select(static call => call.Opaque));
    }

    [Fact]
    public void Project_SystemInTheMiddleAndAssistantFirst_AreMoved()
    {
        var projected = Transcript.Project(Call(Say(Role.Assistant, "a"), Say(Role.System, "s"), Say(Role.User, "u")), TranscriptRules.Gemini);

        Assert.Equal(["s", Transcript.Opening, "a", "u"], projected.Select(static message => message.Text));
    }

    private static ModelMessage Say(Role role, string text) => new() { Role = role, Text = text };

    private static ModelMessage Calls(params string[] ids) => new()
    {
        Role = Role.Assistant,
        Text = "",
        ToolCalls = [.. ids.Select(static id => new ModelToolCall { Id = id, Name = "f", Arguments = "{}" })],
    };

    private static ModelMessage Output(string id, string text) => new() { Role = Role.User, Text = text, ToolCallId = id };

    private static ModelReasoning Thought(string vendor) => new() { Vendor = vendor, Kind = "thinking", Opaque = "sig" };

    private static ModelCall Call(params ModelMessage[] messages) => new()
    {
        RunId = "resp_1",
        Vendor = "here",
        Model = "m",
        Messages = messages,
        Sampling = new Sampling(),
        Deadline = 0,
    };
}
