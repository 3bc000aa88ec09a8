using OrleansAi.Contracts.Comparison;

namespace OrleansAi.Engine.Compare;

/// <summary>
/// Ranks the factors of a run by how well its values separate bad runs from good ones.
/// <para>
/// For each factor the population falls into four groups: bad or good, with the run's value or with another. The score is the
/// log-likelihood ratio of that table (Dunning's G²/2, half a run added to each group, so that few runs prove little) against
/// one in which value and outcome are independent. From it goes the logarithm of the number of values that the factor has:
/// one of many values is soon found that fits by chance.
/// </para>
/// </summary>
public static class FactorRanking
{
    /// <summary>The least score that is told as a cause. About one in a thousand comparisons reaches it by chance.</summary>
    public const double Conclusive = 5.4;

    // What came about while the run was carried out may be the failure seen from another side, such as a second attempt; it must
    // separate clearly better than what was given before.
    private const double Given = 1.25;

    // Scores as near as this are the same, and the simpler explanation comes first.
    private const double Tie = 0.98;

    /// <summary>How a factor's value in a run and the outcome go together; null when the population says nothing about it.</summary>
    public static Separation? Separate(RunFactors run, FactorKind kind, IReadOnlyList<ObservedRun> population)
    {
        if (run[kind] is not { } value)
        {
            return null;
        }

        var (badWith, badWithout, goodWith, goodWithout) = (0, 0, 0, 0);
        var values = new HashSet<string>(StringComparer.Ordinal);
        foreach (var one in population)
        {
            if (one.Factors[kind] is not { } other)
            {
                continue;
            }

            values.Add(other);
            switch (one.IsBad, other == value)
            {
                case (true, true):
                    badWith++;
                    break;
                case (true, false):
                    badWithout++;
                    break;
                case (false, true):
                    goodWith++;
                    break;
                default:
                    goodWithout++;
                    break;
            }
        }

        return values.Count < 2 || badWith + badWithout == 0 || goodWith + goodWithout == 0 ? null : new Separation
        {
            BadWith = badWith,
            BadWithout = badWithout,
            GoodWith = goodWith,
            GoodWithout = goodWithout,
            Values = values.Count,
            Score = Score(badWith, badWithout, goodWith, goodWithout, values.Count),
        };
    }

    /// <summary>The factors whose values speak for the outcome of a bad run, the best first.</summary>
    /// <param name="run">The run.</param>
    /// <param name="population">The runs to learn from.</param>
    public static IReadOnlyList<(FactorKind Kind, Separation Separation)> Rank(RunFactors run, IReadOnlyList<ObservedRun> population)
    {
        var separated = FactorKinds.All
            .Select(known => (known.Kind, Separation: Separate(run, known.Kind, population)))
            .Where(static one => one.Separation is { Score: > 0 });
        return Order([.. separated.Select(static one => (one.Kind, one.Separation!))]);
    }

    /// <summary>Puts separated factors in order: the best first; of equals the one with fewer values, then the cause before its effect.</summary>
    public static IReadOnlyList<(FactorKind Kind, Separation Separation)> Order(IReadOnlyList<(FactorKind Kind, Separation Separation)> factors)
    {
        var left = factors.ToList();
        var ordered = new List<(FactorKind, Separation)>(left.Count);
        while (left.Count > 0)
        {
            var best = left.Max(Weight);
            var next = left.Where(one => Weight(one) >= Floor(best)).OrderBy(static one => one.Separation.Values).ThenBy(static one => one.Kind).First();
            ordered.Add(next);
            left.Remove(next);
        }

        return ordered;
    }

    private static double Floor(double best) => best > 0 ? best * Tie : best;

    private static double Weight((FactorKind Kind, Separation Separation) one) =>
        one.Separation.Score > 0 && FactorKinds.Of(one.Kind).IsGiven ? one.Separation.Score * Given : one.Separation.Score;

    private static double Score(double badWith, double badWithout, double goodWith, double goodWithout, int values)
    {
        (badWith, badWithout, goodWith, goodWithout) = (badWith + 0.5, badWithout + 0.5, goodWith + 0.5, goodWithout + 0.5);
        var (bad, good) = (badWith + badWithout, goodWith + goodWithout);
        var (with, without) = (badWith + goodWith, badWithout + goodWithout);
        var all = bad + good;
        var ratio = Term(badWith, bad * with) + Term(badWithout, bad * without) + Term(goodWith, good * with) + Term(goodWithout, good * without);
        return badWith / bad > goodWith / good ? ratio - Math.Log(values) : -ratio;

        double Term(double seen, double margins) => seen * Math.Log(seen * all / margins);
    }
}
