using System.Collections.Concurrent;

namespace OrleansAi.Vendors.Drift;

/// <summary>
/// The design of a Bernoulli CUSUM on whole numbers: an event adds <see cref="Up"/>, anything else takes one away, and the sum
/// never falls under zero. On whole numbers the run length to a false alarm is exact (Brook and Evans' Markov chain), so the
/// threshold follows from the budget without simulation.
/// </summary>
/// <param name="Up">What an event adds.</param>
/// <param name="Threshold">The sum at which it alarms.</param>
internal sealed record BernoulliThreshold(int Up, int Threshold)
{
    /// <summary>How much higher a rate is looked for.</summary>
    private const double Rise = 10;

    private static readonly ConcurrentDictionary<(double Rate, double Budget), BernoulliThreshold> Known = new();

    /// <summary>The rate that is looked for when another is usual: ten times as high, or half of the way to always.</summary>
    public static double Changed(double usual) => Math.Min(usual * Rise, usual + ((1 - usual) / 2));

    /// <summary>The design for a usual rate.</summary>
    /// <param name="usual">How often the event happens; above 0 and below 1.</param>
    /// <param name="callsPerFalseAlarm">The budget.</param>
    public static BernoulliThreshold Of(double usual, double callsPerFalseAlarm) =>
        Known.GetOrAdd((usual, callsPerFalseAlarm), static key => Design(key.Rate, key.Budget));

    /// <summary>The calls until a false alarm, on average from zero.</summary>
    public static double RunLength(double rate, int up, int threshold)
    {
        // E(i) = 1 + rate·E(i+up) + (1−rate)·E(i−1). From the top down, every E(i) is a + b·E(i−1): above the threshold nothing
        // follows, and E(i+up) is a chain of those that are known already.
        var (a, b) = (new double[threshold], new double[threshold]);
        for (var i = threshold - 1; i >= 0; i--)
        {
            var (constant, factor) = (0.0, 0.0);
            if (i + up < threshold)
            {
                (constant, factor) = (0, 1);
                for (var j = i + up; j > i; j--)
                {
                    constant += factor * a[j];
                    factor *= b[j];
                }
            }

            var left = 1 - (rate * factor);
            if (i == 0)
            {
                return (1 + (rate * constant)) / (left - (1 - rate));
            }

            a[i] = (1 + (rate * constant)) / left;
            b[i] = (1 - rate) / left;
        }

        throw new InvalidOperationException("A threshold is at least 1.");
    }

    private static BernoulliThreshold Design(double usual, double budget)
    {
        var changed = Changed(usual);
        var up = Math.Log(changed / usual);
        var down = Math.Log((1 - usual) / (1 - changed));
        var steps = Math.Max(1, (int)Math.Round(up / down));
        var (low, high) = (1, 2);
        while (RunLength(usual, steps, high) < budget)
        {
            (low, high) = (high, high * 2);
        }

        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (RunLength(usual, steps, middle) < budget)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return new BernoulliThreshold(steps, high);
    }
}
