namespace OrleansAi.Vendors.Drift;

/// <summary>How often something happens that should be rare. Alarms when it happens more often than it used to.</summary>
internal sealed class RateSignal(string name, double callsPerFalseAlarm) : Signal(name)
{
    /// <summary>Calls before it may alarm.</summary>
    public const int WarmUp = 100;

    /// <summary>No rate is taken for lower than this: one event in a thousand calls must not be a sensation.</summary>
    public const double Floor = 0.002;

    // Before anything is known, one event in fifty calls would be no surprise.
    private const double PriorEvents = 1;
    private const double PriorCalls = 50;
    private const double Weight = 0.05;
    private const double Grid = 1.25;

    private double _events = PriorEvents;
    private double _calls = PriorCalls;
    private double _recent;
    private long _sum;
    private int _sinceCalls;
    private int _sinceEvents;
    private int _quiet;
    private double _usual;
    private BernoulliThreshold? _design;

    /// <inheritdoc />
    public override double? Baseline => _calls - PriorCalls < WarmUp ? null : (_events - PriorEvents) / (_calls - PriorCalls);

    /// <inheritdoc />
    public override double? Recent => Count == 0 ? null : _recent;

    /// <inheritdoc />
    public override double Changed => _sinceCalls == 0 ? 0 : (double)_sinceEvents / _sinceCalls;

    /// <inheritdoc />
    public override bool? Observe(double value, string runId, DateTimeOffset now)
    {
        var isEvent = value > 0;
        Count++;
        _recent += ((isEvent ? 1 : 0) - _recent) * Math.Max(Weight, 1.0 / Count);
        if (IsAlarmed)
        {
            return ObserveAlarmed(isEvent, now);
        }

        if (_calls - PriorCalls < WarmUp)
        {
            Learn(isEvent);
            AtZero(now);
            return null;
        }

        var design = Design();
        if (_sum == 0)
        {
            AtZero(now);
            (_sinceCalls, _sinceEvents) = (0, 0);
        }

        _sum = Math.Max(0, _sum + (isEvent ? design.Up : -1));
        _sinceCalls++;
        if (isEvent)
        {
            _sinceEvents++;
            Show(runId);
        }

        if (_sum >= design.Threshold)
        {
            IsAlarmed = true;
            _quiet = 0;
            return true;
        }

        // What looks like a change is not learned as usual.
        if (_sum < design.Threshold / 2)
        {
            Learn(isEvent);
        }

        return null;
    }

    /// <inheritdoc />
    public override void Accept()
    {
        (_events, _calls, _sum, IsAlarmed, _design) = (PriorEvents, PriorCalls, 0, false, null);
    }

    private bool? ObserveAlarmed(bool isEvent, DateTimeOffset now)
    {
        _sinceCalls++;
        _sinceEvents += isEvent ? 1 : 0;
        _quiet = _recent < (_usual + BernoulliThreshold.Changed(_usual)) / 2 ? _quiet + 1 : 0;
        if (_quiet < CallsToEnd)
        {
            return null;
        }

        (IsAlarmed, _sum) = (false, 0);
        AtZero(now);
        return false;
    }

    private void Learn(bool isEvent)
    {
        _calls++;
        _events += isEvent ? 1 : 0;
    }

    // On a grid, so that a handful of designs serves all series.
    private BernoulliThreshold Design()
    {
        var rate = Math.Clamp(_events / _calls, Floor, 0.9);
        if (_design is null || rate > _usual || rate < _usual / Grid / Grid)
        {
            _usual = Math.Min(0.95, Floor * Math.Pow(Grid, Math.Ceiling(Math.Log(rate / Floor) / Math.Log(Grid))));
            _design = BernoulliThreshold.Of(_usual, callsPerFalseAlarm);
        }

        return _design;
    }
}
