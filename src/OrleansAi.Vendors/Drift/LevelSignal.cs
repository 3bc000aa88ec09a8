namespace OrleansAi.Vendors.Drift;

/// <summary>
/// A quantity (a ratio, a length, a time). Every value is placed among those that were usual and counts by its rank, so
/// neither its unit nor a heavy tail matters; a two-sided CUSUM runs over the normal scores of the ranks.
/// </summary>
/// <param name="name">The signal.</param>
/// <param name="callsPerFalseAlarm">The budget.</param>
/// <param name="leastRatio">
/// The smallest change that is worth an alarm. A smaller one that is certain all the same is taken for the new usual level: a test
/// finds a tenth of a millisecond when it has enough calls.
/// </param>
/// <param name="isUpOnly">True when less is no trouble.</param>
internal sealed class LevelSignal(string name, double callsPerFalseAlarm, double leastRatio, bool isUpOnly) : Signal(name)
{
    /// <summary>Calls before it may alarm.</summary>
    public const int WarmUp = 100;

    private const int MostKept = 1_000;

    /// <summary>The slack of the CUSUM in standard deviations: changes of one and a half are found soonest.</summary>
    private const double Slack = 0.75;

    // What is usual is known from a hundred values at first: that costs runs, so the threshold is made for ten times as many.
    private const double Reserve = 10;
    private const double Weight = 0.05;

    private readonly double _threshold = Threshold(2 * Reserve * callsPerFalseAlarm);
    private readonly double[] _sorted = new double[MostKept];
    private readonly double[] _order = new double[MostKept];
    private int _kept;
    private int _oldest;
    private double _high;
    private double _low;
    private double _recentLog;
    private double _recentScore;
    private double _sinceLog;
    private int _sinceCalls;
    private int _quiet;

    /// <inheritdoc />
    public override double? Baseline => _kept < WarmUp ? null : Math.Exp(_sorted[_kept / 2]);

    /// <inheritdoc />
    public override double? Recent => Count == 0 ? null : Math.Exp(_recentLog);

    /// <inheritdoc />
    public override double Changed => _sinceCalls == 0 ? 0 : Math.Exp(_sinceLog / _sinceCalls);

    /// <inheritdoc />
    public override bool? Observe(double value, string runId, DateTimeOffset now)
    {
        var log = Math.Log(Math.Max(value, 1e-6));
        Count++;
        _recentLog += (log - _recentLog) * Math.Max(Weight, 1.0 / Count);
        if (_kept < WarmUp)
        {
            Keep(log);
            AtZero(now);
            return null;
        }

        var score = Score(log);
        _recentScore += (score - _recentScore) * Weight;
        if (IsAlarmed)
        {
            return ObserveAlarmed(log, now);
        }

        if (_high == 0 && _low == 0)
        {
            AtZero(now);
            (_sinceLog, _sinceCalls) = (0, 0);
        }

        _high = Math.Max(0, _high + score - Slack);
        _low = Math.Max(0, _low - score - Slack);
        _sinceLog += log;
        _sinceCalls++;
        if (_high > 0 ? score > Slack : score < -Slack)
        {
            Show(runId);
        }

        if (Math.Max(_high, _low) >= _threshold && !IsWorthAnAlarm())
        {
            (_high, _low) = (0, 0);
        }

        if (_high >= _threshold || _low >= _threshold)
        {
            (IsAlarmed, _quiet) = (true, 0);
            return true;
        }

        if (Math.Max(_high, _low) < _threshold / 2)
        {
            Keep(log);
        }

        return null;
    }

    /// <inheritdoc />
    public override void Accept() => (_kept, _oldest, _high, _low, _recentScore, IsAlarmed) = (0, 0, 0, 0, 0, false);

    /// <summary>
    /// The threshold for a wanted run length, by Siegmund's approximation of the CUSUM's run length for a normal variable
    /// (Sequential Analysis, 1985).
    /// </summary>
    internal static double Threshold(double calls)
    {
        var (low, high) = (0.0, 60.0);
        while (high - low > 1e-6)
        {
            var middle = (low + high) / 2;
            if (RunLength(middle, Slack) < calls)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return high;
    }

    /// <summary>Siegmund's run length of a one-sided CUSUM.</summary>
    internal static double RunLength(double threshold, double slack)
    {
        var b = threshold + 1.166;
        return (Math.Exp(2 * slack * b) - (2 * slack * b) - 1) / (2 * slack * slack);
    }

    private bool? ObserveAlarmed(double log, DateTimeOffset now)
    {
        _sinceLog += log;
        _sinceCalls++;
        _quiet = Math.Abs(_recentScore) < Slack ? _quiet + 1 : 0;
        if (_quiet < CallsToEnd)
        {
            return null;
        }

        (IsAlarmed, _high, _low) = (false, 0, 0);
        AtZero(now);
        return false;
    }

    private bool IsWorthAnAlarm()
    {
        var change = (_sinceLog / _sinceCalls) - _sorted[_kept / 2];
        return (isUpOnly ? change : Math.Abs(change)) >= Math.Log(leastRatio);
    }

    // The normal score of the value's rank; values that are equal stand in the middle of each other.
    private double Score(double log)
    {
        var kept = _sorted.AsSpan(0, _kept);
        var below = LowerBound(kept, log);
        var upTo = below;
        while (upTo < _kept && kept[upTo] == log)
        {
            upTo++;
        }

        return NormalScore.Of((((below + upTo) / 2.0) + 0.5) / (_kept + 1));
    }

    private void Keep(double log)
    {
        if (_kept == MostKept)
        {
            var gone = LowerBound(_sorted, _order[_oldest]);
            Array.Copy(_sorted, gone + 1, _sorted, gone, MostKept - gone - 1);
            _order[_oldest] = log;
            _oldest = (_oldest + 1) % MostKept;
        }
        else
        {
            _order[_kept++] = log;
        }

        var at = LowerBound(_sorted.AsSpan(0, _kept - 1), log);
        Array.Copy(_sorted, at, _sorted, at + 1, _kept - 1 - at);
        _sorted[at] = log;
    }

    private static int LowerBound(ReadOnlySpan<double> sorted, double value)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
