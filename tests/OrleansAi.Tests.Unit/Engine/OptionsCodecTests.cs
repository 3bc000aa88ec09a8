using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine;

public sealed class OptionsCodecTests
{
    public static TheoryData<ToolChoiceMode> Modes() => [.. Enum.GetValues<ToolChoiceMode>()];

    [Theory]
    [MemberData(nameof(Modes))]
    public void Write_AnyOptions_ReadTheSame(ToolChoiceMode mode)
    {
        var options = new TurnOptions
        {
            Tools = [new ModelTool { Name = "f", Parameters = """{"type":"object"}""" }, new ModelTool { Name = "g", Strict = true, Description = "straße" }],
            ToolChoice = new ModelToolChoice { Mode = mode, Name = "f", Allowed = ["f"] },
            ParallelToolCalls = false,
            MaxToolCalls = 3,
            OutputFormat = new ModelOutputFormat { Schema = "{}", Name = "n" },
            Forget = true,
        };

        var read = OptionsCodec.Read(OptionsCodec.Write(options)!.Text);

        Assert.Equivalent(options, read, strict: true);
    }

    [Fact]
    public void Write_NoOptions_IsNothing() => Assert.Null(OptionsCodec.Write(new TurnOptions()));
}
