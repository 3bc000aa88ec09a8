using System.Text.Json;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Http.Requests;
using Xunit;

namespace OrleansAi.Tests.Unit.Http;

public sealed class ChatMessagesTests
{
    [Fact]
    public void Read_NameOfASpeaker_IsKept()
    {
        var items = Read("""[{"role":"user","name":"ada","content":"a"},{"role":"assistant","name":"bob","content":"b"}]""");

        Assert.Equal(["ada", "bob"], items.Select(static item => item.Name));
    }

    [Fact]
    public void Read_NamedCallsAlone_KeepTheName()
    {
        var items = Read("""[{"role":"assistant","name":"bob","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}]""");

        Assert.Equal([(ItemKind.Message, "bob"), (ItemKind.FunctionCall, "f")], items.Select(static item => (item.Kind, item.Name!)));
    }

    [Fact]
    public void Read_RefusalBesideContent_KeepsBoth()
    {
        var parts = Assert.Single(Read("""[{"role":"assistant","content":"so far","refusal":"no further"}]""")).Parts;

        Assert.Equal([(ContentPartKind.OutputText, "so far"), (ContentPartKind.Refusal, "no further")], parts.Select(static part => (part.Kind, part.Text)));
    }

    [Fact]
    public void Read_NoContentAndAnEmptyRefusal_IsRefused() =>
        Assert.Throws<OrleansAiException>(() => Read("""[{"role":"assistant","content":null,"refusal":""}]"""));

    [Theory]
    [InlineData("f", true)]
    [InlineData("g", false)]
    public void Read_NameOfTheFunctionInItsOutput_MustBeItsName(string name, bool isRight)
    {
        var json = $$$"""
            [{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"c","name":"{{{name}}}","content":"x"}]
            """;

        if (isRight)
        {
            Assert.Equal(2, Read(json).Count);
        }
        else
        {
            Assert.Equal("messages[1].name", Assert.Throws<OrleansAiException>(() => Read(json)).Param);
        }
    }

    private static IReadOnlyList<NewItem> Read(string messages)
    {
        using var document = JsonDocument.Parse($$"""{"messages":{{messages}}}""");
        return ChatMessages.Read(new JsonFields(document.RootElement, ""), 100);
    }
}
