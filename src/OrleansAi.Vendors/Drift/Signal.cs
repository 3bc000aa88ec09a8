namespace OrleansAi.Vendors.Drift;

/// <summary>One running signal of one model, with its change-point test. Not safe for many threads: its series is locked.</summary>
internal abstract class Signal(string name)
{
    /// <summary>So many calls in a row must look as usual before an alarm is over.</summary>
    protected const int CallsToEnd = 100;

    private const int MostRuns = 5;

    private readonly string[] _runs = new string[MostRuns];
    private int _nextRun;

    public string Name { get; } = name;

    /// <summary>How many values were seen.</summary>
    public long Count { get; protected set; }

    /// <summary>What is usual; null while that is learned.</summary>
    public abstract double? Baseline { get; }

    /// <summary>What the last values were.</summary>
    public abstract double? Recent { get; }

    /// <summary>What it has been since <see cref="Since"/>.</summary>
    public abstract double Changed { get; }

    /// <summary>When the sum left zero for the last time: the best guess of when it changed.</summary>
    public DateTimeOffset Since { get; private set; }

    /// <summary>True while it alarms.</summary>
    public bool IsAlarmed { get; protected set; }

    /// <summary>Takes a value in.</summary>
    /// <returns>True when it alarms from now on, false when it has ended, null for no change.</returns>
    public abstract bool? Observe(double value, string runId, DateTimeOffset now);

    /// <summary>Forgets what was usual: what comes now is.</summary>
    public abstract void Accept();

    /// <summary>Runs that show the change, newest last.</summary>
    public IReadOnlyList<string> Runs() =>
        [.. Enumerable.Range(_nextRun, MostRuns).Select(i => _runs[i % MostRuns]).Where(static run => run is not null)];

    /// <summary>A run that shows it.</summary>
    protected void Show(string runId)
    {
        _runs[_nextRun] = runId;
        _nextRun = (_nextRun + 1) % MostRuns;
    }

    /// <summary>The sum is at zero: nothing has changed up to now.</summary>
    protected void AtZero(DateTimeOffset now)
    {
        Since = now;
        Array.Clear(_runs);
    }
}
