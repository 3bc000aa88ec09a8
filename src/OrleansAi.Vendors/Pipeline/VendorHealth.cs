using OrleansAi.Vendors.Wire;
using Polly.CircuitBreaker;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>What a silo knows of one model of one vendor: for the operator's page and for the choice of candidates.</summary>
internal sealed class VendorHealth(TimeSpan breakDuration, TimeProvider time)
{
    private const int Minutes = 5;

    private readonly Lock _lock = new();
    private readonly long[] _minute = new long[Minutes];
    private readonly int[] _calls = new int[Minutes];
    private readonly int[] _failures = new int[Minutes];
    private DateTimeOffset _opened;

    /// <summary>The breaker's state.</summary>
    public CircuitBreakerStateProvider Breaker { get; } = new();

    /// <summary>
    /// True while the breaker lets no call through. Its own state stays open until somebody calls, so the time tells when one may.
    /// </summary>
    public bool IsOpen => Breaker.CircuitState is CircuitState.Open && time.GetUtcNow() < _opened + breakDuration;

    /// <summary>Since when the breaker is not closed; null while it is.</summary>
    public DateTimeOffset? OpenSince { get; private set; }

    /// <summary>The last failure; null when there was none.</summary>
    public (DateTimeOffset At, string Cause, string Message)? LastFailure { get; private set; }

    /// <summary>Since when every call has failed; null after a success.</summary>
    public DateTimeOffset? FailingSince { get; private set; }

    /// <summary>When the last call succeeded.</summary>
    public DateTimeOffset? LastSuccess { get; private set; }

    public void OnOpened()
    {
        _opened = time.GetUtcNow();
        OpenSince ??= _opened;
    }

    public void OnClosed() => OpenSince = null;

    public void OnSuccess()
    {
        lock (_lock)
        {
            Count(isFailure: false);
            LastSuccess = time.GetUtcNow();
            FailingSince = null;
        }
    }

    public void OnFailure(VendorException failed)
    {
        lock (_lock)
        {
            Count(isFailure: true);
            var now = time.GetUtcNow();
            LastFailure = (now, FaultNames.Of(failed.Fault), VendorErrors.Short(failed.Message));
            FailingSince ??= now;
        }
    }

    /// <summary>Calls and failures of the last five minutes.</summary>
    public (int Calls, int Failures) Recent()
    {
        lock (_lock)
        {
            var oldest = Minute() - Minutes + 1;
            var (calls, failures) = (0, 0);
            for (var i = 0; i < Minutes; i++)
            {
                if (_minute[i] >= oldest)
                {
                    calls += _calls[i];
                    failures += _failures[i];
                }
            }

            return (calls, failures);
        }
    }

    private void Count(bool isFailure)
    {
        var minute = Minute();
        var slot = (int)(minute % Minutes);
        if (_minute[slot] != minute)
        {
            (_minute[slot], _calls[slot], _failures[slot]) = (minute, 0, 0);
        }

        _calls[slot]++;
        _failures[slot] += isFailure ? 1 : 0;
    }

    private long Minute() => time.GetUtcNow().ToUnixTimeSeconds() / 60;
}
