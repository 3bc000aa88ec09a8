using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OrleansAi.Vendors.Drift;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Drift;

/// <summary>What is told in the log of a signal that comes and goes.</summary>
public sealed class DriftLogTests : ILogger<DriftMonitor>
{
    private const int Raised = 2201;
    private const int Ended = 2202;

    private readonly FakeTimeProvider _time = new();
    private readonly List<int> _lines = [];
    private readonly DriftMonitor _monitor;

    public DriftLogTests() => _monitor = new DriftMonitor(new DriftOptions(), _time, this);

    [Fact]
    public void Observe_AlarmThatFlaps_HasOneLineAPeriod()
    {
        Feed(1_000, isWrapped: false);
        for (var i = 0; i < 5; i++)
        {
            Flap();
        }

        Assert.Equal([Raised, Ended], _lines);

        _time.Advance(DriftMonitor.LogPeriod);
        Flap();
        Assert.Equal([Raised, Ended, Raised, Ended], _lines);
    }

    [Fact]
    public void Observe_AlarmThatComesAgainAndStays_IsToldOnceThePeriodIsOver()
    {
        Feed(1_000, isWrapped: false);
        Flap();
        Feed(50, isWrapped: true);
        Assert.Equal([Raised, Ended], _lines);

        _time.Advance(DriftMonitor.LogPeriod);
        Feed(1, isWrapped: true);
        Assert.Equal([Raised, Ended, Raised], _lines);
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Add(eventId.Id);

    private void Flap()
    {
        Feed(50, isWrapped: true);
        Assert.Single(_monitor.Alarms);
        Feed(400, isWrapped: false);
        Assert.Empty(_monitor.Alarms);
    }

    // A thousand calls in a second, as under load.
    private void Feed(int calls, bool isWrapped)
    {
        for (var i = 0; i < calls; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            _monitor.Observe("v", "m", new DriftSample { RunId = "r", FenceWrapped = isWrapped });
        }
    }
}
