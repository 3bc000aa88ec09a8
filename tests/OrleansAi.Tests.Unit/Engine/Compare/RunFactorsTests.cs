using OrleansAi.Contracts.Comparison;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Compare;
using OrleansAi.Engine.Records;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine.Compare;

/// <summary>Factors and symptoms as they are taken from records.</summary>
public sealed class RunFactorsTests
{
    private static readonly ModelTool Weather = new() { Name = "weather", Parameters = "{}" };
    private static readonly ModelTool Time = new() { Name = "time" };

    [Fact]
    public void Of_TheSameToolsInAnotherOrder_IsTheSameSet()
    {
        var one = RunFactors.Of(Given.Admitted("hello", options: new TurnOptions { Tools = [Weather, Time] }), null);
        var other = RunFactors.Of(Given.Admitted("hello", options: new TurnOptions { Tools = [Time, Weather] }), null);
        var fewer = RunFactors.Of(Given.Admitted("hello", options: new TurnOptions { Tools = [Time] }), null);

        Assert.Equal(one[FactorKind.Tools], other[FactorKind.Tools]);
        Assert.NotEqual(one[FactorKind.Tools], fewer[FactorKind.Tools]);
        Assert.Equal("none", RunFactors.Of(Given.Admitted("hello"), null)[FactorKind.Tools]);
    }

    [Fact]
    public void Of_ARunWithoutAnswer_HasNothingOfAnAnswer()
    {
        var admitted = Given.Admitted("hello");
        var answered = RunFactors.Of(admitted, Ended(admitted, new ModelOutput { Text = StoredText.Of("hi"), ServedModel = "m-2026", Calls = [new AttemptBody()] }));
        var failed = RunFactors.Of(admitted, Ended(admitted, new ModelOutput { Text = StoredText.Of(""), Calls = [new AttemptBody { Outcome = "vendor_failed" }] }));

        Assert.Equal(("m-2026", "v", "no"), (answered[FactorKind.ServedModel], answered[FactorKind.AnsweringVendor], answered[FactorKind.Fallback]));
        Assert.Equal((null, null, null), (failed[FactorKind.ServedModel], failed[FactorKind.AnsweringVendor], failed[FactorKind.Fallback]));
        Assert.Equal(("v/m", "1"), (failed[FactorKind.RequestedModel], failed[FactorKind.Attempts]));
    }

    [Fact]
    public void Of_WhatCarriedARunOutAndWhatItSearched_AreFactors()
    {
        var admitted = Given.Admitted("hello") with
        {
            Origin = new ExecutionOrigin { Version = "1.0", Commit = "abc", Configuration = "c1" },
            ForkedFrom = new ForkOrigin { RunId = "resp_1", From = 1 },
        };
        var ended = Given.Ended(admitted, "hi");
        var search = new StepBody
        {
            Stage = Stage.Retrieval,
            InputHash = "",
            StartedAt = 0,
            DurationMicroseconds = 0,
            Silo = "s",
            Retrieval = new RetrievalOutput { Collections = [new StoredSearch { Id = "vs_1", Version = 7 }], Hash = "" },
        };

        var factors = RunFactors.Of(admitted, ended with { Steps = [search, .. ended.Steps] });
        var upgraded = RunFactors.Of(admitted, ended with { Origin = new ExecutionOrigin { Version = "1.1" } });

        Assert.Equal(("1.0 abc", "c1", "yes", "vs_1 at 7"), Told(factors));
        Assert.Equal(("1.1", null, "yes", "none"), Told(upgraded));
        Assert.Equal("no", RunFactors.Of(Given.Admitted("hello"), null)[FactorKind.Fork]);

        static (string?, string?, string?, string?) Told(RunFactors of) =>
            (of[FactorKind.Build], of[FactorKind.Configuration], of[FactorKind.Fork], of[FactorKind.Collections]);
    }

    [Fact]
    public void Of_WhatWasDestroyed_HasNoValue()
    {
        var factors = RunFactors.Of(Given.Admitted("hello") with { IsDestroyed = true }, null);

        Assert.Null(factors[FactorKind.Instructions]);
        Assert.Null(factors[FactorKind.Temperature]);
        Assert.Equal("default", factors[FactorKind.Route]);
    }

    [Fact]
    public void Symptoms_NotesOfWhatWasPutRight_AreNone()
    {
        var admitted = Given.Admitted("hello");
        var noted = Ended(admitted, Output(VerdictNames.Normalised, VerdictNames.ServedModelDiffers));
        var flagged = Ended(admitted, Output(VerdictNames.Normalised, VerdictNames.Refused));

        Assert.Empty(RunHealth.Symptoms(noted));
        Assert.Equal([VerdictNames.Refused], RunHealth.Symptoms(flagged));
        Assert.Equal(["max_output_tokens"], RunHealth.Symptoms(noted with { Status = RunStatus.Incomplete, IncompleteReason = "max_output_tokens" }));
        Assert.Empty(RunHealth.Symptoms(flagged with { Status = RunStatus.Cancelled }));
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(1_000, 250)]
    public void Evenly_MoreThanIsWanted_TakesFromTheWholeOfIt(int count, int expected)
    {
        var taken = PopulationReader.Evenly(Enumerable.Range(0, count).ToList(), 250).ToList();

        Assert.Equal(expected, taken.Distinct().Count());
        Assert.Equal(count == 10 ? 9 : 996, taken[^1]);
    }

    private static ModelOutput Output(params string[] verdicts) =>
        new() { Text = StoredText.Of("hi"), Verdicts = [.. verdicts.Select(static name => new Verdict { Name = name })] };

    private static RunEndedBody Ended(RunAdmittedBody admitted, ModelOutput output)
    {
        var ended = Given.Ended(admitted, "");
        return ended with
        {
            Steps =
            [
                ended.Steps[0] with { Stage = Stage.PromptAssembly, Model = null, Prompt = new PromptOutput { Vendor = "v", Model = "m", RequestHash = "" } },
                ended.Steps[0] with { Model = output },
            ],
        };
    }
}
