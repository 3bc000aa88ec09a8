using OrleansAi.Contracts.Comparison;
using OrleansAi.Engine.Compare;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine.Compare;

/// <summary>Which factor is named as the cause.</summary>
public sealed class FactorRankingTests(ITestOutputHelper output)
{
    private const int Seeds = 100;

    [Fact]
    public void Rank_OnePlantedCause_IsRankedFirst()
    {
        var missed = new List<string>();
        for (var seed = 0; seed < Seeds; seed++)
        {
            var planted = PlantedCause.Of(seed);
            var ranked = FactorRanking.Rank(planted.Failed.Factors, planted.Population);
            if (ranked is not [var first, ..] || first.Kind != planted.Kind || first.Separation.Score < FactorRanking.Conclusive)
            {
                missed.Add($"seed {seed}: {planted.Kind} planted, {string.Join(", ", ranked.Take(3).Select(static one => $"{one.Kind} {one.Separation}"))}");
            }
        }

        output.WriteLine($"The planted cause is ranked first in {Seeds - missed.Count} of {Seeds} populations, over {PlantedCause.Kinds.Count} kinds.");
        Assert.True(missed.Count <= Seeds / 20, string.Join('\n', missed));
    }

    [Fact]
    public void Rank_ARunThatFailedWithoutTheCause_IsNotExplainedByIt()
    {
        var seen = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var planted = PlantedCause.Of(seed);
            if (planted.FailedWithout is { } other)
            {
                seen++;
                Assert.DoesNotContain(FactorRanking.Rank(other.Factors, planted.Population), one => one.Kind == planted.Kind);
            }
        }

        Assert.True(seen > Seeds / 2, $"Only {seen} populations have such a run.");
    }

    [Fact]
    public void Rank_NoCauseAtAll_NamesNoneButByChance()
    {
        var named = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            List<ObservedRun> population =
            [
                .. Enumerable.Range(0, PlantedCause.Runs).Select(i => new ObservedRun($"resp_{i}", i, random.Next(10) == 0, new RunFactors(
                    FactorKinds.All.Select(known => (known.Kind, (string?)$"value {random.Next(4)}"))))),
            ];
            var ranked = FactorRanking.Rank(population.First(static run => run.IsBad).Factors, population);
            named += ranked is [var first, ..] && first.Separation.Score >= FactorRanking.Conclusive ? 1 : 0;
        }

        output.WriteLine($"A cause is named in {named} of {Seeds} populations without one.");
        Assert.True(named <= Seeds / 20, $"{named} of {Seeds} populations");
    }

    [Fact]
    public void Rank_EqualSeparation_NamesTheCauseBeforeItsEffect()
    {
        List<ObservedRun> population =
        [
            .. Enumerable.Range(0, 100).Select(static i => Run(i, i % 4 == 0, (FactorKind.ServedModel, i % 4 == 0 ? "m2" : "m1"), (FactorKind.RequestedModel, i % 4 == 0 ? "v/m2" : "v/m1"))),
        ];

        var ranked = FactorRanking.Rank(population[0].Factors, population);

        Assert.Equal([FactorKind.RequestedModel, FactorKind.ServedModel], ranked.Select(static one => one.Kind));
    }

    [Fact]
    public void Rank_AValueOfItsOwnForEachRun_SaysNothing()
    {
        List<ObservedRun> population =
        [
            .. Enumerable.Range(0, 100).Select(static i => Run(i, i < 20, (FactorKind.Seed, $"{i}"), (FactorKind.Verbosity, i < 18 ? "low" : "high"))),
        ];

        var (kind, separation) = Assert.Single(FactorRanking.Rank(population[0].Factors, population));

        Assert.Equal((FactorKind.Verbosity, 18, 2, 0, 80), (kind, separation.BadWith, separation.BadWithout, separation.GoodWith, separation.GoodWithout));
    }

    private static ObservedRun Run(int i, bool isBad, params (FactorKind, string?)[] values) => new($"resp_{i}", i, isBad, new RunFactors(values));
}
