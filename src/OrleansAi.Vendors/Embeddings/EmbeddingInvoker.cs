using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Runs;
using OrleansAi.Vendors.Judging;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;
using Polly;

namespace OrleansAi.Vendors.Embeddings;

/// <summary>
/// Calls one embedding model of one vendor through a pipeline of its own, and tells every attempt. A vendor's trouble is a value
/// in the result (invariant 11).
/// </summary>
public sealed partial class EmbeddingInvoker : IVendorLane, IDisposable
{
    private readonly string _vendor;
    private readonly IEmbeddingAdapter _adapter;
    private readonly VendorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrencyLimiter _limiter;
    private readonly LearnedRateLimit _rate;
    private readonly ResiliencePipeline<Validated> _pipeline;

    internal EmbeddingInvoker(string vendor, IEmbeddingAdapter adapter, VendorOptions options, TimeProvider time, ILogger logger)
    {
        (_vendor, _adapter, _options, _time, _logger) = (vendor, adapter, options, time, logger);
        Health = new VendorHealth(TimeSpan.FromSeconds(options.BreakerOpenSeconds), time);
        _rate = new LearnedRateLimit(time);
        _limiter = VendorPipeline.Limiter(options);
        _pipeline = VendorPipeline.Create<Validated>(vendor, options, _limiter, Health, time);
    }

    internal VendorHealth Health { get; }

    VendorHealth IVendorLane.Health => Health;

    string? IVendorLane.Api => null;

    QuarantineFlag? IVendorLane.Quarantine => null;

    TimeSpan IVendorLane.RateLimitWait => _rate.Wait;

    (long UnderWay, long Waiting) IVendorLane.Load => VendorPipeline.LoadOf(_limiter, _options);

    /// <summary>Makes the call and returns its outcome.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<EmbeddingResult> EmbedAsync(EmbeddingCall call, CancellationToken cancellationToken)
    {
        using var activity = EmbeddingTelemetry.Start(_adapter, call);
        var log = new AttemptLog(call.Vendor, call.Model, call.Deadline, call.MaxCalls, _time) { KeepsExchanges = false };
        var started = _time.GetTimestamp();
        using var deadline = new CancellationTokenSource(VendorPipeline.Left(call.Deadline, _time), _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var context = ResilienceContextPool.Shared.Get(both.Token);
        context.Properties.Set(VendorPipeline.Progress, log);
        Validated? answer = null;
        VendorException? last = null;
        try
        {
            answer = await _pipeline.ExecuteAsync(
                static (context, state) => state.Self.AttemptAsync(state.Call, state.Log, state.Token, context.CancellationToken),
                context,
                (Self: this, Call: call, Log: log, both.Token));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            last = VendorPipeline.Translate(exception, _vendor, _options) ?? VendorErrors.Of(
                VendorFault.Timeout, $"The vendor '{_vendor}' did not answer before the deadline of the request.", null, null, exception);
            if (log.First is null || last.Fault is VendorFault.BreakerOpen or VendorFault.Bulkhead)
            {
                log.Refuse(last);
            }
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }

        var (attempts, _) = log.Close();
        var result = new EmbeddingResult { Vendor = call.Vendor, Model = call.Model, Origin = _options.EmbeddingOrigin, Attempts = attempts };
        result = answer is null
            ? result with { Error = RunErrors.Of(log.First ?? last!, attempts) }
            : result with { Vectors = answer.Vectors, ServedModel = answer.ServedModel ?? call.Model, Usage = answer.Usage };
        EmbeddingTelemetry.Stop(activity, _adapter, call, result, _time.GetElapsedTime(started));
        return result;
    }

    /// <summary>Frees the bulkhead.</summary>
    public void Dispose() => _limiter.Dispose();

    private async ValueTask<Validated> AttemptAsync(
        EmbeddingCall call, AttemptLog log, CancellationToken caller, CancellationToken cancellationToken)
    {
        await _rate.WaitAsync(_vendor, call.Deadline, cancellationToken);
        var attempt = log.Begin();
        var capture = WireCapture.Begin();
        var began = _time.GetTimestamp();
        try
        {
            var answer = await _adapter.EmbedAsync(call, cancellationToken);
            var vectors = EmbeddingRules.Validate(call, answer);
            var usage = answer.InputTokens is { } tokens ? new Usage { InputTokens = tokens } : null;
            Health.OnSuccess();
            log.HasAnswer = true;
            log.End(
                attempt,
                Measured() with { Outcome = "ok", Billing = capture.IsSent ? BillingCertainty.Billed : BillingCertainty.NotBilled, Usage = usage },
                capture);
            return new Validated(vectors, answer.ServedModel, usage);
        }
        catch (Exception exception) when (!caller.IsCancellationRequested && !log.HasAnswer)
        {
            // The token that is cancelled while the caller's is not is the timeout of this attempt.
            var failed = VendorPipeline.Translate(exception, _vendor, _options) ?? VendorErrors.Of(
                VendorFault.Timeout, $"The vendor '{_vendor}' did not answer within {_options.TimeoutSeconds:0.###} s.", null, null, exception);
            log.Fail(failed);
            Health.OnFailure(failed);

            // A whole answer is billed, also one that breaks the contract.
            var billing = failed.Fault == VendorFault.Contract && capture.IsComplete ? BillingCertainty.Billed : Billing.Of(failed, capture);
            log.End(attempt, AttemptLog.Failed(failed, Measured() with { Billing = billing }), capture);
            LogAttemptFailed(_vendor, call.Model, log.Begun, failed.Code, failed.Message);
            throw failed;
        }
        finally
        {
            _rate.Learn(capture);
        }

        VendorAttempt Measured() => attempt with { LatencyMilliseconds = (long)_time.GetElapsedTime(began).TotalMilliseconds };
    }

    private sealed record Validated(EmbeddingVectors Vectors, string? ServedModel, Usage? Usage);

    [LoggerMessage(2010, LogLevel.Warning, "Embeddings: call {Attempt} to {Vendor}/{Model} failed with {Code}: {Reason}")]
    private partial void LogAttemptFailed(string vendor, string model, int attempt, string code, string reason);
}
