using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Vendors.Anthropic;
using OrleansAi.Vendors.Pipeline;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Anthropic;

/// <summary>What goes out to Anthropic, to the byte.</summary>
public sealed class AnthropicRequestTests
{
    private const string Model = "claude-opus-5";

    [Fact]
    public void Write_Conversation_HasOneMessageForEachTurn()
    {
        var call = Calls.Of(
            Calls.Says(Role.System, "be kind"),
            Calls.Says(Role.Developer, "be brief"),
            Calls.Says(Role.User, "a"),
            Calls.Says(Role.User, "b"),
            Calls.Says(Role.Assistant, ""),
            Calls.Says(Role.Assistant, "c"),
            Calls.Says(Role.User, " "));

        Assert.Equal(
            """{"model":"claude-opus-5","max_tokens":4096,"system":[{"type":"text","text":"be kind"},{"type":"text","text":"be brief"}],"""
            + "\"" + """messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},"""
            + """{"role":"assistant","content":[{"type":"text","text":"c"}]}],"stream":true}""",
            Write(call, stream: true));
    }

    [Fact]
    public void Write_Tools_AreAsTheSchemaSays()
    {
        var call = Calls.Of() with
        {
            Tools =
            [
                new ModelTool { Name = "add", Description = "adds", Parameters = """{"type": "object"}""", Strict = true },
                new ModelTool { Name = "now" },
            ],
            ToolChoice = new ModelToolChoice { Mode = ToolChoiceMode.Function, Name = "add" },
            ParallelToolCalls = false,
        };

        Assert.EndsWith(
            "\"" + """tools":[{"name":"add","description":"adds","input_schema":{"type": "object"},"strict":true},"""
            + """{"name":"now","input_schema":{"type":"object","properties":{}}}],"""
            + "\"" + """tool_choice":{"type":"tool","name":"add","disable_parallel_tool_use":true}}""",
            Write(call),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ToolChoiceMode.Auto, null, "\"" + """tool_choice":{"type":"auto"}""")]
    [InlineData(ToolChoiceMode.Required, null, "\"" + """tool_choice":{"type":"any"}""")]
    [InlineData(ToolChoiceMode.None, false, "\"" + """tool_choice":{"type":"none"}""")]
    [InlineData(null, false, "\"" + """tool_choice":{"type":"auto","disable_parallel_tool_use":true}""")]
    public void Write_ToolChoice_IsTheVendorsWord(ToolChoiceMode? mode, bool? parallel, string expected)
    {
        var call = Calls.Of() with
        {
            Tools = [new ModelTool { Name = "now" }],
            ToolChoice = mode is { } given ? new ModelToolChoice { Mode = given } : null,
            ParallelToolCalls = parallel,
        };

        Assert.Contains(expected, Write(call), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ToolOutputs_AreBlocksOfOneUserMessage()
    {
        var call = Calls.Of(
            Calls.Says(Role.User, "q"),
            Calls.Asks(Calls.Tool("t1", "add", """{ "a":1 }"""), Calls.Tool("t2", "now", ""), Calls.Tool("t3", "add", "{\"a\":")),
            Calls.Output("t1", "2"),
            Calls.Output("t2", "", isError: true),
            Calls.Output("t3", "bad"),
            Calls.Says(Role.User, "go on"));

        Assert.Contains(
            """{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"add","input":{ "a":1 }},"""
            + """{"type":"tool_use","id":"t2","name":"now","input":{}},"""
            + """{"type":"tool_use","id":"t3","name":"add","input":{"INVALID_JSON":"{\"a\":"}}]},"""
            + """{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"2"},"""
            + """{"type":"tool_result","tool_use_id":"t2","is_error":true},"""
            + """{"type":"tool_result","tool_use_id":"t3","content":"bad"},{"type":"text","text":"go on"}]}""",
            Write(call),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Reasoning_GoesBackToItsVendorAlone()
    {
        var message = Calls.Says(Role.Assistant, "a") with
        {
            Reasoning =
            [
                new ModelReasoning { Vendor = "v", Kind = "thinking", Text = "hm", Opaque = "EqQB+/=" },
                new ModelReasoning { Vendor = "other", Kind = "thinking", Text = "no", Opaque = "x" },
                new ModelReasoning { Vendor = "v", Kind = "redacted_thinking", Opaque = "Em==" },
                new ModelReasoning { Vendor = "v", Kind = "thinking", Text = "unsigned" },
            ],
        };

        Assert.Contains(
            "\"" + """content":[{"type":"thinking","thinking":"hm","signature":"EqQB+/="},{"type":"redacted_thinking","data":"Em=="},{"type":"text","text":"a"}]""",
            Write(Calls.Of(Calls.Says(Role.User, "q"), message)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Media_IsBytesTextOrAnAddress()
    {
        var message = Calls.Says(Role.User, "look") with
        {
            Media =
            [
                new ModelMedia { Kind = ModelMediaKind.Image, Data = "iVBO+/=", MediaType = "image/png" },
                new ModelMedia { Kind = ModelMediaKind.Image, Url = "data:image/jpeg;base64,/9j/" },
                new ModelMedia { Kind = ModelMediaKind.Image, Url = "https://x/y.png" },
                new ModelMedia { Kind = ModelMediaKind.File, Data = "JVBE", MediaType = "application/pdf", FileName = "a.pdf" },
                new ModelMedia { Kind = ModelMediaKind.File, Data = "aGk=", MediaType = "text/plain" },
            ],
        };

        Assert.Contains(
            "\"" + """content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO+/="}},"""
            + """{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"/9j/"}},"""
            + """{"type":"image","source":{"type":"url","url":"https://x/y.png"}},"""
            + """{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBE"},"title":"a.pdf"},"""
            + """{"type":"document","source":{"type":"text","media_type":"text/plain","data":"hi"}},{"type":"text","text":"look"}]""",
            Write(Calls.Of(message)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("claude-opus-5", "high", "\"" + """max_tokens":20480""", "\"" + """thinking":{"type":"adaptive","display":"summarized"},"output_config":{"effort":"high"}}""")]
    [InlineData("claude-opus-5", "minimal", "\"" + """max_tokens":4096""", """]}],"output_config":{"effort":"low"}}""")]
    [InlineData("claude-sonnet-4-5-20250929", "low", "\"" + """max_tokens":6144""", "\"" + """thinking":{"type":"enabled","budget_tokens":2048}}""")]
    [InlineData("claude-sonnet-4-20250514", "minimal", "\"" + """max_tokens":4096""", "\"" + """hello ⚡"}]}]}""")]
    public void Write_Effort_IsWhatTheModelKnows(string model, string effort, string max, string end)
    {
        var body = Calls.Text(AnthropicRequest.Write(Calls.Of() with { ReasoningEffort = effort }, model, "v", stream: false));

        Assert.Contains(max, body, StringComparison.Ordinal);
        Assert.EndsWith(end, body, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_EffortWithAForcedCall_AsksForNoThinking()
    {
        var call = Calls.Of() with
        {
            ReasoningEffort = "high",
            Tools = [new ModelTool { Name = "now" }],
            ToolChoice = new ModelToolChoice { Mode = ToolChoiceMode.Required },
        };

        Assert.DoesNotContain("\"thinking\"", Write(call), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OutputFormat_IsASchema()
    {
        var call = Calls.Of() with { OutputFormat = new ModelOutputFormat { Schema = """{"type":"object"}""", Strict = true } };

        Assert.EndsWith(
            "\"" + """output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}}""", Write(call), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_EqualCalls_GiveEqualBytes()
    {
        var first = Calls.Of() with { Sampling = new Sampling { Temperature = 0.3, TopP = 0.9, MaxOutputTokens = 7 } };
        var second = Calls.Of() with { Sampling = new Sampling { Temperature = 0.3, TopP = 0.9, MaxOutputTokens = 7 } };

        Assert.Equal(Write(first), Write(second));
        Assert.Contains("\"max_tokens\":7", Write(first), StringComparison.Ordinal);
        Assert.Contains("\"temperature\":0.3,\"top_p\":0.9", Write(first), StringComparison.Ordinal);
    }

    [Fact]
    public void Version_WithASamplingParameter_IsTheLastThatTakesThem()
    {
        Assert.Null(AnthropicRequest.Version(Calls.Of()));
        Assert.Equal("2023-06-01", AnthropicRequest.Version(Calls.Of() with { Sampling = new Sampling { TopP = 0.5 } }));
    }

    public static TheoryData<string, ModelCall> Unsupported => new()
    {
        { "system", Calls.Of(Calls.Says(Role.System, "") with { Media = [new ModelMedia { Kind = ModelMediaKind.Image, Url = "https://x" }] }) },
        { "penalty", Calls.Of() with { Sampling = new Sampling { PresencePenalty = 0.5 } } },
        { "penalty", Calls.Of() with { Sampling = new Sampling { FrequencyPenalty = -1 } } },
        { "temperature", Calls.Of() with { Sampling = new Sampling { Temperature = 1.5 } } },
        { "schema", Calls.Of() with { OutputFormat = new ModelOutputFormat() } },
        { "effort", Calls.Of() with { ReasoningEffort = "enormous" } },
        { "'t'", Calls.Of() with { Tools = [new ModelTool { Name = "t", Parameters = "[]" }] } },
        { "image/tiff", Calls.Of(Calls.Says(Role.User, "") with { Media = [new ModelMedia { Kind = ModelMediaKind.Image, Data = "a", MediaType = "image/tiff" }] }) },
        { "neither", Calls.Of(Calls.Says(Role.User, "") with { Media = [new ModelMedia { Kind = ModelMediaKind.Image }] }) },
    };

    [Theory]
    [MemberData(nameof(Unsupported), DisableDiscoveryEnumeration = true)]
    public void Write_WhatTheWireCannotCarry_SaysWhat(string part, ModelCall call)
    {
        var exception = Assert.Throws<VendorException>(() => Write(call));

        Assert.Equal(VendorFault.Unsupported, exception.Fault);
        Assert.False(exception.IsTransient);
        Assert.Contains(part, exception.Message, StringComparison.Ordinal);
    }

    private static string Write(ModelCall call, bool stream = false) => Calls.Text(AnthropicRequest.Write(call, Model, "v", stream));
}
