using System.IO.Compression;
using OrleansAi.Contracts.Runs;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>The attempts at one piece of work on their way through the pipeline, what they cost, and how many may follow.</summary>
/// <param name="vendor">The vendor's configured name.</param>
/// <param name="model">The vendor's name of the model.</param>
/// <param name="deadline">When the work is given up; Unix milliseconds.</param>
/// <param name="maxCalls">The most calls; 0 for no limit.</param>
/// <param name="time">The clock.</param>
internal class AttemptLog(string vendor, string model, long deadline, int maxCalls, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly List<VendorAttempt> _attempts = new(1);
    private readonly List<byte[]?> _exchanges = new(1);
    private readonly List<(VendorAttempt Attempt, long Began)> _underWay = new(1);
    private int _begun;

    /// <summary>True when the answer is streamed, so that no second call may be made beside the first.</summary>
    public bool IsStream { get; init; }

    /// <summary>False to keep the hashes of answers alone, and not their bytes.</summary>
    public bool KeepsExchanges { get; init; } = true;

    /// <summary>True once an answer counts: what ends after it was called off.</summary>
    public bool HasAnswer { get; set; }

    /// <summary>The first failure.</summary>
    public VendorException? First { get; private set; }

    /// <summary>How many calls were begun.</summary>
    public int Begun => _begun;

    /// <summary>True when one more call is within the cap, and the wait before it within the deadline.</summary>
    public bool MayRetry(TimeSpan? wait) =>
        (maxCalls == 0 || _begun < maxCalls)
        && (wait is null || time.GetUtcNow() + wait.Value < DateTimeOffset.FromUnixTimeMilliseconds(deadline));

    /// <summary>A call begins.</summary>
    /// <exception cref="VendorException">The cap is reached.</exception>
    public VendorAttempt Begin()
    {
        lock (_lock)
        {
            if (!MayRetry(null))
            {
                throw VendorErrors.Of(
                    VendorFault.CallCap, $"{_begun} calls were made for this model execution; the limit is {maxCalls}.", null, null);
            }

            _begun++;
            var attempt = new VendorAttempt
            {
                Vendor = vendor,
                Model = model,
                Outcome = "superseded",
                LatencyMilliseconds = 0,
                Billing = BillingCertainty.Maybe,
                IsHedge = _underWay.Count > 0,
            };
            _underWay.Add((attempt, time.GetTimestamp()));
            return attempt;
        }
    }

    /// <summary>A call ended.</summary>
    /// <param name="begun">What <see cref="Begin"/> gave.</param>
    /// <param name="ended">The same with its outcome.</param>
    /// <param name="capture">Its bytes.</param>
    public void End(VendorAttempt begun, VendorAttempt ended, WireCapture capture)
    {
        lock (_lock)
        {
            var index = _underWay.FindIndex(one => ReferenceEquals(one.Attempt, begun));
            if (index < 0)
            {
                // A faster one has already won, and this one was told then.
                return;
            }

            _underWay.RemoveAt(index);
            _attempts.Add(ended with
            {
                RequestHash = capture.IsSent ? Hash(capture.Request.Span) : null,
                ResponseHash = capture.Response.Length > 0 ? Hash(capture.Response.Span) : null,
            });
            _exchanges.Add(KeepsExchanges && capture.Response.Length > 0 ? Compress(capture.Response.Span) : null);
        }
    }

    /// <summary>Notes a failure, of a call or of what stands before it.</summary>
    public void Fail(VendorException failed) => First ??= failed;

    /// <summary>Notes that the pipeline refused a call before it was made.</summary>
    public void Refuse(VendorException refused)
    {
        lock (_lock)
        {
            First ??= refused;
            _attempts.Add(Failed(refused, new VendorAttempt
            {
                Vendor = vendor,
                Model = model,
                Outcome = "",
                LatencyMilliseconds = 0,
                Billing = BillingCertainty.NotBilled,
            }));
            _exchanges.Add(null);
        }
    }

    /// <summary>An attempt with what went wrong.</summary>
    public static VendorAttempt Failed(VendorException failed, VendorAttempt attempt) => attempt with
    {
        Outcome = failed.Code,
        Message = failed.Message,
        HttpStatus = failed.HttpStatus,
        Cause = FaultNames.Of(failed.Fault),
        Usage = failed.Answer?.Usage,
        Contract = failed.Contract,
    };

    /// <summary>Everything that was tried, those that a faster one left behind included.</summary>
    public (IReadOnlyList<VendorAttempt> Attempts, IReadOnlyList<byte[]?> Exchanges) Close()
    {
        lock (_lock)
        {
            foreach (var (attempt, began) in _underWay)
            {
                _attempts.Add(attempt with { LatencyMilliseconds = (long)time.GetElapsedTime(began).TotalMilliseconds });
                _exchanges.Add(null);
            }

            _underWay.Clear();
            return (_attempts, _exchanges);
        }
    }

    private static string Hash(ReadOnlySpan<byte> bytes) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));

    // Streams repeat themselves: sixty chunks of 250 bytes become a tenth.
    private static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(bytes.Length));
        try
        {
            return BrotliEncoder.TryCompress(bytes, buffer, out var length, quality: 1, window: 18)
                ? buffer[..length]
                : throw new InvalidOperationException("The largest compressed length was too small.");
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
