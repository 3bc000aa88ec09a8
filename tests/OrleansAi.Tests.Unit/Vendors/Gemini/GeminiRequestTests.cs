using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Vendors.Gemini;
using OrleansAi.Vendors.Pipeline;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Gemini;

/// <summary>What goes out to Gemini, to the byte.</summary>
public sealed class GeminiRequestTests
{
    [Fact]
    public void Write_Conversation_HasOneContentForEachTurn()
    {
        var call = Calls.Of(
            Calls.Says(Role.System, "be kind"),
            Calls.Says(Role.Developer, "be brief"),
            Calls.Says(Role.User, "a"),
            Calls.Says(Role.User, "b"),
            Calls.Says(Role.Assistant, "c"),
            Calls.Says(Role.User, "d"));

        Assert.Equal(
            """{"systemInstruction":{"parts":[{"text":"be kind"},{"text":"be brief"}]},"contents":[{"role":"user","parts":[{"text":"a"},{"text":"b"}]},"""
            + """{"role":"model","parts":[{"text":"c"}]},{"role":"user","parts":[{"text":"d"}]}]}""",
            Write(call));
    }

    [Fact]
    public void Write_Knobs_AreTheVendors()
    {
        var call = Calls.Of() with
        {
            Sampling = new Sampling { Temperature = 1.5, TopP = 0.5, MaxOutputTokens = 9, PresencePenalty = 0.25, FrequencyPenalty = -0.5 },
            OutputFormat = new ModelOutputFormat { Schema = """{"type":"object"}""" },
        };

        Assert.EndsWith(
            "\"" + """generationConfig":{"temperature":1.5,"topP":0.5,"maxOutputTokens":9,"presencePenalty":0.25,"frequencyPenalty":-0.5,"""
            + "\"" + """responseMimeType":"application/json","responseJsonSchema":{"type":"object"}}}""",
            Write(call),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gemini-2.5-flash", "minimal", """{"thinkingBudget":1024,"includeThoughts":true}""")]
    [InlineData("models/gemini-2.5-pro", "high", """{"thinkingBudget":24576,"includeThoughts":true}""")]
    [InlineData("gemini-3-pro-preview", "low", """{"thinkingLevel":"low","includeThoughts":true}""")]
    public void Write_Effort_IsWhatTheModelKnows(string model, string effort, string expected)
    {
        var body = Calls.Text(GeminiRequest.Write(Calls.Of() with { ReasoningEffort = effort }, model, "v"));

        Assert.EndsWith("\"" + $$$"""generationConfig":{"thinkingConfig":{{{expected}}}}}""", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, false, "")]
    [InlineData(null, true, ""","toolConfig":{"functionCallingConfig":{"mode":"VALIDATED"}}""")]
    [InlineData(ToolChoiceMode.Auto, false, ""","toolConfig":{"functionCallingConfig":{"mode":"AUTO"}}""")]
    [InlineData(ToolChoiceMode.None, true, ""","toolConfig":{"functionCallingConfig":{"mode":"NONE"}}""")]
    [InlineData(ToolChoiceMode.Required, false, ""","toolConfig":{"functionCallingConfig":{"mode":"ANY"}}""")]
    [InlineData(ToolChoiceMode.Function, false, ""","toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["add"]}}""")]
    public void Write_Tools_AreDeclarations(ToolChoiceMode? mode, bool strict, string expected)
    {
        var call = Calls.Of() with
        {
            Tools = [new ModelTool { Name = "add", Description = "adds", Parameters = """{"type": "object"}""", Strict = strict }, new ModelTool { Name = "now" }],
            ToolChoice = mode is { } given ? new ModelToolChoice { Mode = given, Name = "add" } : null,
        };

        Assert.EndsWith(
            "\"" + """tools":[{"functionDeclarations":[{"name":"add","description":"adds","parametersJsonSchema":{"type": "object"}},{"name":"now"}]}]"""
            + expected + "}",
            Write(call),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ToolOutputs_StandAloneAfterTheCalls()
    {
        var call = Calls.Of(
            Calls.Says(Role.User, "q"),
            Calls.Asks(Calls.Tool("c1", "add", """{ "a":1 }""", "s+/=", "v"), Calls.Tool("c2", "now", "oops")),
            Calls.Output("c1", "2"),
            Calls.Output("c2", "no clock", isError: true),
            Calls.Says(Role.User, "go on"));

        Assert.Contains(
            """{"role":"model","parts":[{"functionCall":{"id":"c1","name":"add","args":{ "a":1 }},"thoughtSignature":"s+/="},"""
            + """{"functionCall":{"id":"c2","name":"now","args":{"INVALID_JSON":"oops"}}}]},"""
            + """{"role":"user","parts":[{"functionResponse":{"id":"c1","name":"add","response":{"output":"2"}}},"""
            + """{"functionResponse":{"id":"c2","name":"now","response":{"error":"no clock"}}}]},{"role":"user","parts":[{"text":"go on"}]}""",
            Write(call),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gemini-3-flash", ""","thoughtSignature":"skip_thought_signature_validator"}""")]
    [InlineData("gemini-2.5-flash", "}")]
    public void Write_CallOfAnotherVendor_IsSignedWhereTheModelWantsIt(string model, string expected)
    {
        var call = Calls.Of(
            Calls.Says(Role.User, "q"),
            Calls.Asks(Calls.Tool("c1", "add", "{}", "theirs", "other"), Calls.Tool("c2", "add", "{}")),
            Calls.Output("c1", "2"),
            Calls.Output("c2", "2"));

        Assert.Contains(
            """{"functionCall":{"id":"c1","name":"add","args":{}}""" + expected + """,{"functionCall":{"id":"c2","name":"add","args":{}}}]""",
            Calls.Text(GeminiRequest.Write(call, model, "v")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Reasoning_GoesBackToItsVendorAlone()
    {
        var message = Calls.Says(Role.Assistant, "a") with
        {
            Reasoning =
            [
                new ModelReasoning { Vendor = "v", Kind = "thought", Text = "hm", Opaque = "s1" },
                new ModelReasoning { Vendor = "v", Kind = "thought", Text = "a summary, unsigned" },
                new ModelReasoning { Vendor = "other", Kind = "thought", Text = "no", Opaque = "x" },
                new ModelReasoning { Vendor = "v", Kind = "text_signature", Opaque = "s2" },
            ],
        };

        Assert.Contains(
            """{"role":"model","parts":[{"text":"hm","thought":true,"thoughtSignature":"s1"},{"text":"a","thoughtSignature":"s2"}]}""",
            Write(Calls.Of(Calls.Says(Role.User, "q"), message)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Media_IsInlineOrAnAddress()
    {
        var message = Calls.Says(Role.User, "look") with
        {
            Media =
            [
                new ModelMedia { Kind = ModelMediaKind.Image, Url = "data:image/png;base64,iVBO+/=" },
                new ModelMedia { Kind = ModelMediaKind.File, Url = "https://x/y.pdf", MediaType = "application/pdf" },
            ],
        };

        Assert.Contains(
            "\"" + """parts":[{"inlineData":{"mimeType":"image/png","data":"iVBO+/="}},{"fileData":{"mimeType":"application/pdf","fileUri":"https://x/y.pdf"}},{"text":"look"}]""",
            Write(Calls.Of(message)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Write_EqualCalls_GiveEqualBytes() => Assert.Equal(Write(Calls.Of()), Write(Calls.Of()));

    public static TheoryData<string, ModelCall> Unsupported => new()
    {
        { "system", Calls.Of(Calls.Says(Role.System, "") with { Media = [new ModelMedia { Kind = ModelMediaKind.Image, Url = "https://x" }] }) },
        { "parallel_tool_calls", Calls.Of() with { Tools = [new ModelTool { Name = "t" }], ParallelToolCalls = false } },
        { "effort", Calls.Of() with { ReasoningEffort = "enormous" } },
        { "'t'", Calls.Of() with { Tools = [new ModelTool { Name = "t", Parameters = "nope" }] } },
        { "media type", Calls.Of(Calls.Says(Role.User, "") with { Media = [new ModelMedia { Kind = ModelMediaKind.Image, Data = "a" }] }) },
        { "call is not in the conversation", Calls.Of(Calls.Output("c9", "x")) },
    };

    [Theory]
    [MemberData(nameof(Unsupported), DisableDiscoveryEnumeration = true)]
    public void Write_WhatTheWireCannotCarry_SaysWhat(string part, ModelCall call)
    {
        var exception = Assert.Throws<VendorException>(() => Write(call));

        Assert.Equal(VendorFault.Unsupported, exception.Fault);
        Assert.Contains(part, exception.Message, StringComparison.Ordinal);
    }

    private static string Write(ModelCall call) => Calls.Text(GeminiRequest.Write(call, "gemini-3-pro", "v"));
}
