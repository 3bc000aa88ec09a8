using OrleansAi.Contracts.Access;

namespace OrleansAi.Access.Limits;

/// <summary>
/// A bucket that holds one minute's worth and fills evenly. What is taken afterwards (a run that read more than was thought)
/// may leave it below zero: that is paid back before anything more is given.
/// </summary>
internal sealed class TokenBucket
{
    private readonly TimeProvider _time;
    private int _capacity;
    private double _level;
    private long _at;

    public TokenBucket(TimeProvider time, int capacity)
    {
        (_time, _capacity, _level, _at) = (time, capacity, capacity, time.GetTimestamp());
    }

    /// <summary>True when the bucket is as it was made, so that forgetting it changes nothing.</summary>
    public bool IsFull => Fill() >= _capacity;

    /// <summary>Takes a changed limit over; what was used stays used.</summary>
    public void Resize(int capacity)
    {
        if (capacity != _capacity)
        {
            _level = Fill() + capacity - _capacity;
            _capacity = capacity;
        }
    }

    /// <summary>How long until an amount can be taken; zero when it can be now. More than the capacity waits for a full bucket.</summary>
    public TimeSpan WaitFor(double amount)
    {
        var missing = Math.Min(amount, _capacity) - Fill();
        return missing <= 0 ? TimeSpan.Zero : TimeSpan.FromMinutes(missing / _capacity);
    }

    /// <summary>Takes an amount; a negative one is given back.</summary>
    public void Take(double amount) => _level = Math.Min(_capacity, Fill() - amount);

    /// <summary>How it stands.</summary>
    public LimitLevel Level()
    {
        var level = Fill();
        return new LimitLevel
        {
            Limit = _capacity,
            Remaining = (int)Math.Max(0, Math.Floor(level)),
            Reset = TimeSpan.FromMinutes((_capacity - level) / _capacity),
        };
    }

    private double Fill()
    {
        var now = _time.GetTimestamp();
        _level = Math.Min(_capacity, _level + _time.GetElapsedTime(_at, now).TotalMinutes * _capacity);
        _at = now;
        return _level;
    }
}
