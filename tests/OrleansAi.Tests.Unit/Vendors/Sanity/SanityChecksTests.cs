using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Sanity;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Sanity;

/// <summary>What is found in an answer before it counts.</summary>
public sealed class SanityChecksTests
{
    private const string Schema = """
        {"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer","minimum":1}},"required":["city"],"additionalProperties":false}
        """;

    private readonly SanityChecks _checks = new();

    [Fact]
    public void SoundAnswer_HasNoVerdict()
    {
        var report = _checks.Check(Call(), Answer("The capital of France is Paris.\n```sh\nls\n```\nAnd [1, 2]."));

        Assert.Empty(report.Verdicts);
        Assert.Null(report.Failure);
    }

    [Fact]
    public void EmptyAnswer_Fails() => Fails(VerdictNames.EmptyAnswer, Call(), Answer(""));

    [Theory]
    [InlineData("```json\n{\"a\":1}", VerdictNames.TruncatedOpen)]
    [InlineData("{\"a\": [1, 2", VerdictNames.TruncatedOpen)]
    public void OpenEnd_IsNoted(string text, string verdict) => Notes(verdict, Call(), Answer(text));

    [Fact]
    public void BracketThatIsNoJson_IsNotNoted() => Assert.Empty(_checks.Check(Call(), Answer("[Note] all is well")).Verdicts);

    [Fact]
    public void Length_IsNoted() => Notes(VerdictNames.TruncatedByLength, Call(), Answer("It was a dark and") with { FinishReason = FinishReason.Length });

    [Fact]
    public void ThoughtsThatAteTheLimit_AreNoEmptyAnswer() =>
        Notes(VerdictNames.TruncatedByLength, Call(), Answer("") with { FinishReason = FinishReason.Length });

    [Fact]
    public void MissingUsage_IsNoted() => Notes(VerdictNames.UsageMissing, Call(), Answer("fine") with { Usage = null });

    [Fact]
    public void Refusal_IsNoted() => Notes(VerdictNames.Refused, Call(), Answer("") with { Refusal = "I will not." });

    [Fact]
    public void ContentFilter_IsNoted() => Notes(VerdictNames.ContentFiltered, Call(), Answer("") with { FinishReason = FinishReason.ContentFilter });

    [Theory]
    [InlineData("weather", "{\"city\":", VerdictNames.ToolArgumentsNotJson)]
    [InlineData("weather", "[1]", VerdictNames.ToolArgumentsNotJson)]
    [InlineData("weather", "{\"town\":\"Rome\"}", VerdictNames.ToolArgumentsOffSchema)]
    [InlineData("weather", "{\"city\":\"Rome\",\"days\":0}", VerdictNames.ToolArgumentsOffSchema)]
    [InlineData("wether", "{\"city\":\"Rome\"}", VerdictNames.UnknownTool)]
    public void ToolCall_ThatCannotBeCarriedOut_FailsAndIsRepaired(string name, string arguments, string verdict)
    {
        var answer = Calls(name, arguments);
        var report = Fails(verdict, Call(), answer);

        Assert.False(report.ToolArgumentsValid);
        var repair = SanityChecks.Repair(Call(), answer, report)!;
        Assert.Equal("call_1", repair.Messages[^1].ToolCallId);
        Assert.Equal(answer.ToolCalls, repair.Messages[^2].ToolCalls);
    }

    [Fact]
    public void ToolCall_Sound_IsSound()
    {
        var report = _checks.Check(Call(), Calls("weather", "{\"city\":\"Rome\",\"days\":3}"));

        Assert.Empty(report.Verdicts);
        Assert.True(report.ToolArgumentsValid);
    }

    [Theory]
    [InlineData("{\"city\":\"Rome\"}", null)]
    [InlineData("{\"city\":7}", "$.city")]
    [InlineData("{}", "$")]
    [InlineData("Rome", "not JSON")]
    public void StructuredOutput_IsHeldToItsSchema(string text, string? place)
    {
        var call = Call() with { OutputFormat = new ModelOutputFormat { Schema = Schema } };
        var report = _checks.Check(call, Answer(text));

        Assert.Equal(place is not null, report.Has(VerdictNames.OutputOffSchema));
        if (place is not null)
        {
            Assert.Contains(place, report.Failure!.Detail, StringComparison.Ordinal);
            Assert.Equal(text, SanityChecks.Repair(call, Answer(text), report)!.Messages[^2].Text);
        }
    }

    [Fact]
    public void StructuredOutput_InAFence_IsUnwrapped()
    {
        var call = Call() with { OutputFormat = new ModelOutputFormat { Schema = Schema } };

        var report = Notes(VerdictNames.FenceWrapped, call, Answer("```json\n{\"city\":\"Rome\"}\n```"));

        Assert.Equal("{\"city\":\"Rome\"}", report.Unwrapped);
    }

    [Theory]
    [InlineData("""{"$ref":"http://127.0.0.1:1/schema.json"}""")]
    [InlineData("""{"properties":{"a":{"$ref":"file:///etc/passwd"}}}""")]
    [InlineData("no schema")]
    public void SchemaOutsideOfItself_IsNeverFetched(string schema)
    {
        var call = Call() with { OutputFormat = new ModelOutputFormat { Schema = schema } };

        var report = Notes(VerdictNames.SchemaUnusable, call, Answer("{}"));

        Assert.Single(report.Verdicts);
    }

    [Fact]
    public void Echo_IsNoted()
    {
        var prompt = string.Join(' ', Enumerable.Range(0, 40).Select(static i => $"instruction {i}"));

        Notes(VerdictNames.PromptEcho, Call(prompt), Answer(prompt[20..200]));
    }

    [Fact]
    public void Loop_IsNoted() => Notes(
        VerdictNames.RepetitionLoop, Call(), Answer("It begins well. " + string.Concat(Enumerable.Repeat("and then again and ", 30))));

    [Fact]
    public void TableAndRule_AreNoLoop() =>
        Assert.Empty(_checks.Check(Call(), Answer("| a | b |\n" + new string('-', 400))).Verdicts);

    [Fact]
    public void InputReadInPart_FailsOnceTheRatioIsKnown()
    {
        var prompt = string.Join(' ', Enumerable.Range(0, 4_000).Select(static i => $"word{i}"));
        for (var i = 0; i < TokenCalibration.WarmUp; i++)
        {
            Assert.Null(_checks.Check(Call(), Billed(Call(), 1.2)).Failure);
        }

        Assert.Null(_checks.Check(Call(prompt), Billed(Call(prompt), 1.3)).Failure);
        var report = Fails(VerdictNames.InputTruncated, Call(prompt), Billed(Call(prompt), 0.4));
        Assert.Null(SanityChecks.Repair(Call(prompt), Answer("x"), report));

        // What was cut does not move the ratio.
        Fails(VerdictNames.InputTruncated, Call(prompt), Billed(Call(prompt), 0.4));
    }

    [Fact]
    public void InputReadWhole_AfterShortOnesWithAFixedPart_IsNoFailure()
    {
        for (var i = 0; i < 3 * TokenCalibration.WarmUp; i++)
        {
            Assert.Null(_checks.Check(Call(), Billed(Call(), 40)).Failure);
        }

        var prompt = string.Join(' ', Enumerable.Range(0, 400).Select(static i => $"word{i}"));
        Assert.Null(_checks.Check(Call(prompt), Billed(Call(prompt), 1.2)).Failure);
    }

    [Fact]
    public void InputReadInPart_FromTheFirstCallOn_WhenNearlyNothingWasRead() =>
        Fails(VerdictNames.InputTruncated, Call(new string('a', 54_023)), Answer("fine") with { Usage = new Usage { InputTokens = 2_050, OutputTokens = 1 } });

    private static VendorAnswer Billed(ModelCall call, double ratio) =>
        Answer("fine") with { Usage = new Usage { InputTokens = (int)(TokenCount.Of(call) * ratio), OutputTokens = 1 } };

    private static VendorAnswer Answer(string text) =>
        new(text, null, FinishReason.Stop) { Usage = new Usage { InputTokens = 60, OutputTokens = 10 } };

    private static VendorAnswer Calls(string name, string arguments) => Answer("") with
    {
        FinishReason = FinishReason.ToolCalls,
        ToolCalls = [new ModelToolCall { Id = "call_1", Name = name, Arguments = arguments }],
    };

    private static ModelCall Call(string text = "hello") => new()
    {
        RunId = "resp_1",
        Vendor = "v",
        Model = "m",
        Messages = [new ModelMessage { Role = Role.User, Text = text }],
        Tools = [new ModelTool { Name = "weather", Parameters = Schema }],
        Sampling = new Sampling(),
        Deadline = 0,
    };

    private SanityReport Notes(string verdict, ModelCall call, VendorAnswer answer)
    {
        var report = _checks.Check(call, answer);
        Assert.True(report.Has(verdict), string.Join(", ", report.Verdicts.Select(static one => one.Name)));
        Assert.Null(report.Failure);
        return report;
    }

    private SanityReport Fails(string verdict, ModelCall call, VendorAnswer answer)
    {
        var report = _checks.Check(call, answer);
        Assert.Equal(verdict, report.Failure?.Name);
        return report;
    }
}
