using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansAi.Testing;
using OrleansAi.Vendors.Drift;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Drift;

/// <summary>How soon a change is found, and how seldom one is found that is none. Fixed seeds.</summary>
public sealed class DriftTests
{
    private const int CleanCalls = 20_000;
    private static readonly int[] Seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

    /// <summary>The reference's simulated run lengths of the design with a usual rate of .2 % and a changed one of 2 %.</summary>
    [Theory]
    [InlineData(5.0, 0.002, 21_800)]
    [InlineData(6.5, 0.002, 108_000)]
    [InlineData(5.0, 0.02, 179)]
    [InlineData(6.5, 0.05, 73)]
    [InlineData(6.5, 0.28, 11)]
    public void RunLength_OfTheBernoulliTest_IsTheReferences(double threshold, double rate, double expected)
    {
        var down = Math.Log(0.998 / 0.98);
        var up = (int)Math.Round(Math.Log(10) / down);

        var actual = BernoulliThreshold.RunLength(rate, up, (int)Math.Ceiling(threshold / down));

        Assert.InRange(actual, expected * 0.8, expected * 1.2);
    }

    /// <summary>The reference's run lengths of a one-sided CUSUM on a normal variable, in control.</summary>
    [Theory]
    [InlineData(4, 335)]
    [InlineData(5, 930)]
    public void RunLength_OfTheLevelTest_IsTheReferences(double threshold, double expected) =>
        Assert.InRange(LevelSignal.RunLength(threshold, 0.5), expected * 0.95, expected * 1.05);

    [Fact]
    public void Changes_AreFoundInTime()
    {
        var table = new StringBuilder().AppendLine("| change | calls to the alarm, seeds 1 to 10 | bound |").AppendLine("|---|---|---|");
        Check("tool arguments valid 100 % → 72 %", 30, "tool_arguments_invalid", static (sample, random) =>
            sample with { ToolArgumentsValid = random.NextDouble() < 0.72 });
        Check("1.35 times the tokens", 20, "token_ratio", static (sample, _) => sample with { TokenRatio = sample.TokenRatio * 1.35 });
        Check("fences on 90 % of the answers", 50, "fence_wrapped", static (sample, random) =>
            sample with { FenceWrapped = random.NextDouble() < 0.9 });
        Report.Write("drift-delays", table.ToString());

        void Check(string change, int bound, string signal, Func<DriftSample, Random, DriftSample> changed)
        {
            var delays = Seeds.Select(seed => Delay(seed, signal, changed)).ToList();
            table.AppendLine(CultureInfo.InvariantCulture, $"| {change} | {string.Join(", ", delays)} | {bound} |");
            Assert.All(delays, delay => Assert.InRange(delay, 1, bound));
        }
    }

    [Fact]
    public void CleanCalls_AlarmNoOftenerThanTheBudget()
    {
        var alarms = new List<string>();
        foreach (var seed in Seeds)
        {
            var (monitor, time) = Monitor();
            var random = new Random(seed);
            var active = new HashSet<string>(StringComparer.Ordinal);
            for (var i = 0; i < CleanCalls; i++)
            {
                time.Advance(TimeSpan.FromSeconds(1));
                monitor.Observe("v", "m", Clean(random, i));
                if (i % 50 == 0)
                {
                    var now = monitor.Alarms.Select(static alarm => alarm.Signal).ToHashSet(StringComparer.Ordinal);
                    alarms.AddRange(now.Except(active));
                    active = now;
                }
            }
        }

        // Eight signals, each with the whole budget to itself.
        var allowed = 8.0 * CleanCalls * Seeds.Length / DriftOptions.DefaultCallsPerFalseAlarm;
        Report.Write("drift-false-alarms", $"{alarms.Count} alarms in {Seeds.Length} × {CleanCalls} clean calls on 8 signals; the budget allows {allowed:0}. {string.Join(", ", alarms)}\n");
        Assert.True(alarms.Count <= allowed, string.Join(", ", alarms));
    }

    [Fact]
    public void Alarm_SaysWhatChangedSinceWhenAndWhere_AndEndsByItself()
    {
        var (monitor, time) = Monitor();
        var random = new Random(1);
        Feed(monitor, time, random, 1_000);
        var changedAt = time.GetUtcNow();
        for (var i = 0; i < 30; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            monitor.Observe("v", "m", Clean(random, 5_000 + i) with { ToolArgumentsValid = i % 2 == 0 });
        }

        var alarm = Assert.Single(monitor.Alarms);
        Assert.Equal(("v", "m", "tool_arguments_invalid"), (alarm.Vendor, alarm.Model, alarm.Signal));
        Assert.InRange(alarm.Before, 0, 0.01);
        Assert.InRange(alarm.After, 0.2, 0.8);
        Assert.InRange((alarm.Since - changedAt).TotalSeconds, -60, 10);
        Assert.NotEmpty(alarm.Runs);
        Assert.All(alarm.Runs, static run => Assert.StartsWith("run_50", run, StringComparison.Ordinal));
        Assert.Equal("alarm", monitor.Signals("v", "m").Single(static signal => signal.Name == "tool_arguments_invalid").State);

        Feed(monitor, time, random, 400);
        Assert.Empty(monitor.Alarms);
    }

    [Fact]
    public void Accept_MakesThePresentLevelTheUsualOne()
    {
        var (monitor, time) = Monitor();
        var random = new Random(1);
        Feed(monitor, time, random, 300);
        Feed(monitor, time, random, 50, static sample => sample with { TokenRatio = sample.TokenRatio * 1.35 });
        Assert.Single(monitor.Alarms);

        monitor.Accept("v", "m", "token_ratio");
        Feed(monitor, time, random, 400, static sample => sample with { TokenRatio = sample.TokenRatio * 1.35 });

        Assert.Empty(monitor.Alarms);
        Assert.InRange(monitor.Signals("v", "m").Single(static signal => signal.Name == "token_ratio").Baseline!.Value, 1.4, 1.8);
    }

    private static int Delay(int seed, string signal, Func<DriftSample, Random, DriftSample> changed)
    {
        var (monitor, time) = Monitor();
        var random = new Random(seed);
        Feed(monitor, time, random, 500);
        Assert.Empty(monitor.Alarms);
        for (var i = 1; i <= 1_000; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            monitor.Observe("v", "m", changed(Clean(random, i), random));
            if (monitor.Alarms.Any(alarm => alarm.Signal == signal))
            {
                return i;
            }
        }

        return int.MaxValue;
    }

    private static void Feed(DriftMonitor monitor, FakeTimeProvider time, Random random, int calls, Func<DriftSample, DriftSample>? change = null)
    {
        for (var i = 0; i < calls; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            var sample = Clean(random, i);
            monitor.Observe("v", "m", change?.Invoke(sample) ?? sample);
        }
    }

    // A vendor in good health: a refusal in two hundred, one answer in a hundred cut by its limit, a bad call in a thousand.
    private static DriftSample Clean(Random random, int number) => new()
    {
        RunId = $"run_{number}",
        IsExact = random.NextDouble() >= 0.001,
        ToolArgumentsValid = random.NextDouble() >= 0.001,
        FenceWrapped = false,
        Refused = random.NextDouble() < 0.005,
        Truncated = random.NextDouble() < 0.01,
        TokenRatio = 1.2 * Math.Exp(0.03 * Normal(random)),
        OutputCharacters = (int)(300 * Math.Exp(0.8 * Normal(random)) / Math.Pow(1 - random.NextDouble(), 0.4)),
        LatencyMilliseconds = 900 * Math.Exp(0.5 * Normal(random)),
    };

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static (DriftMonitor Monitor, FakeTimeProvider Time) Monitor()
    {
        var time = new FakeTimeProvider();
        return (new DriftMonitor(new DriftOptions(), time, NullLogger<DriftMonitor>.Instance), time);
    }
}
