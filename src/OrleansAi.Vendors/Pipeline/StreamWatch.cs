using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>The clock beside a stream: the first piece must come in time, and so must every further one.</summary>
internal sealed class StreamWatch : IDisposable
{
    private readonly CancellationTokenSource _expired;
    private readonly CancellationTokenSource _linked;
    private readonly CancellationToken _caller;
    private readonly string _vendor;
    private readonly VendorOptions _options;
    private readonly TimeProvider _time;
    private readonly long _began;

    public StreamWatch(string vendor, VendorOptions options, TimeProvider time, CancellationToken caller)
    {
        (_vendor, _options, _time, _caller, _began) = (vendor, options, time, caller, time.GetTimestamp());
        _expired = new CancellationTokenSource(TimeSpan.FromSeconds(options.FirstTokenTimeoutSeconds), time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(caller, _expired.Token);
    }

    /// <summary>Cancelled when the caller gives up or the stream is too slow.</summary>
    public CancellationToken Token => _linked.Token;

    /// <summary>How long the first piece took; null while none has come.</summary>
    public TimeSpan? FirstPiece { get; private set; }

    /// <summary>A piece has come.</summary>
    public void Advance()
    {
        FirstPiece ??= _time.GetElapsedTime(_began);
        _expired.CancelAfter(TimeSpan.FromSeconds(_options.StallTimeoutSeconds));
    }

    /// <summary>True when the stream was too slow, and not the caller too impatient.</summary>
    public bool HasExpired => _expired.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>What it was too slow at.</summary>
    public VendorException Expired(Exception cause) => FirstPiece is null
        ? VendorErrors.Of(
            VendorFault.FirstTokenTimeout,
            $"The vendor '{_vendor}' sent no text within {_options.FirstTokenTimeoutSeconds:0.###} s.",
            null,
            null,
            cause)
        : VendorErrors.Of(
            VendorFault.Stall,
            $"The stream of the vendor '{_vendor}' stood still for {_options.StallTimeoutSeconds:0.###} s.",
            null,
            null,
            cause);

    public void Dispose()
    {
        _linked.Dispose();
        _expired.Dispose();
    }
}
