using System.Runtime.CompilerServices;
using System.Threading.Channels;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using Polly;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>
/// Calls one model of one vendor through its pipeline and tells every attempt. A vendor's trouble is a value in the result
/// (invariant 11), and a stream ends as success only with the vendor's terminal event (invariant 7).
/// </summary>
public sealed partial class VendorInvoker : IDisposable
{
    /// <summary>How long text is gathered before it is handed on; the first text goes at once.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);

    private readonly string _vendor;
    private readonly string _model;
    private readonly IVendorAdapter _adapter;
    private readonly VendorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrencyLimiter _limiter;
    private readonly ResiliencePipeline _pipeline;

    internal VendorInvoker(
        string vendor, string model, IVendorAdapter adapter, VendorOptions options, TimeProvider time, ILogger logger)
    {
        _vendor = vendor;
        _model = model;
        _adapter = adapter;
        _options = options;
        _time = time;
        _logger = logger;
        _limiter = VendorPipeline.Limiter(options);
        _pipeline = VendorPipeline.Create(vendor, options, _limiter, time);
    }

    /// <summary>Makes the call and returns its outcome.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<ModelResult> CompleteAsync(ModelCall call, CancellationToken cancellationToken) =>
        RunAsync(call, token => _adapter.CompleteAsync(call, token), onRestart: null, cancellationToken);

    /// <summary>Makes the call and streams it; the last event has the outcome.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async IAsyncEnumerable<ModelEvent> StreamAsync(
        ModelCall call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<ModelEvent>(new BoundedChannelOptions(1_024) { SingleReader = true, SingleWriter = true });
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var producer = ProduceAsync(call, channel.Writer, abandoned.Token);
        try
        {
            while (await channel.Reader.WaitToReadAsync(CancellationToken.None))
            {
                foreach (var next in Merge(channel.Reader))
                {
                    yield return next;
                }

                // Each event costs messages and spans on its way: what comes within a moment goes together.
                await producer.WaitAsync(Gather, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await producer;
        }
        finally
        {
            await abandoned.CancelAsync();
            await producer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Frees the bulkhead.</summary>
    public void Dispose() => _limiter.Dispose();

    private static IEnumerable<ModelEvent> Merge(ChannelReader<ModelEvent> reader)
    {
        string? text = null;
        while (reader.TryRead(out var next))
        {
            if (next.Delta is not null)
            {
                text += next.Delta;
                continue;
            }

            if (text is not null)
            {
                yield return new ModelEvent { Delta = text };
                text = null;
            }

            yield return next;
        }

        if (text is not null)
        {
            yield return new ModelEvent { Delta = text };
        }
    }

    private async Task ProduceAsync(ModelCall call, ChannelWriter<ModelEvent> events, CancellationToken cancellationToken)
    {
        var hasText = false;
        try
        {
            var result = await RunAsync(call, StreamOnceAsync, RestartAsync, cancellationToken);
            await events.WriteAsync(new ModelEvent { Result = result }, cancellationToken);
        }
        finally
        {
            events.Complete();
        }

        async Task<VendorAnswer> StreamOnceAsync(CancellationToken token)
        {
            using var impatient = CancellationTokenSource.CreateLinkedTokenSource(token);
            impatient.CancelAfter(TimeSpan.FromSeconds(_options.FirstTokenTimeoutSeconds));
            try
            {
                return await _adapter.StreamAsync(call, OnDeltaAsync, impatient.Token);
            }
            catch (OperationCanceledException exception) when (!token.IsCancellationRequested)
            {
                throw new VendorException(
                    ErrorCodes.VendorTimeout,
                    $"The vendor '{_vendor}' sent no text within {_options.FirstTokenTimeoutSeconds:0.###} s.",
                    isTransient: true,
                    exception);
            }

            ValueTask OnDeltaAsync(ModelDelta delta)
            {
                impatient.CancelAfter(Timeout.InfiniteTimeSpan);
                if (delta.Kind != ModelDeltaKind.Text)
                {
                    return events.WriteAsync(new ModelEvent { Other = delta }, token);
                }

                hasText = true;
                return events.WriteAsync(new ModelEvent { Delta = delta.Text }, token);
            }
        }

        async ValueTask RestartAsync()
        {
            if (hasText)
            {
                hasText = false;
                await events.WriteAsync(new ModelEvent { Restarted = true }, cancellationToken);
            }
        }
    }

    private async Task<ModelResult> RunAsync(
        ModelCall call,
        Func<CancellationToken, Task<VendorAnswer>> attempt,
        Func<ValueTask>? onRestart,
        CancellationToken cancellationToken)
    {
        using var activity = VendorTelemetry.Start(_adapter, call, isStream: onRestart is not null);
        var attempts = new List<VendorAttempt>(1);
        VendorException? first = null;
        var started = _time.GetTimestamp();
        using var deadline = new CancellationTokenSource(Left(call), _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        ModelResult result;
        try
        {
            var answer = await _pipeline.ExecuteAsync(AttemptAsync, both.Token);
            result = new ModelResult
            {
                Text = answer.Text,
                Refusal = answer.Refusal,
                FinishReason = answer.FinishReason,
                Usage = answer.Usage,
                ServedModel = answer.ServedModel,
                VendorRequestId = answer.RequestId,
                Attempts = attempts,
            };
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var last = VendorPipeline.Translate(exception, _vendor, _options) ?? new VendorException(
                ErrorCodes.VendorTimeout, $"The vendor '{_vendor}' did not answer before the deadline of the run.", isTransient: true, exception);
            if (attempts.Count == 0)
            {
                attempts.Add(Failed(last, TimeSpan.Zero));
            }

            result = new ModelResult { Attempts = attempts, Error = Explain(first ?? last, attempts) };
        }

        VendorTelemetry.Stop(activity, _adapter, call, result, _time.GetElapsedTime(started));
        return result;

        async ValueTask<VendorAnswer> AttemptAsync(CancellationToken token)
        {
            if (attempts.Count > 0 && onRestart is not null)
            {
                await onRestart();
            }

            var began = _time.GetTimestamp();
            try
            {
                var answer = await attempt(token);
                attempts.Add(new VendorAttempt
                {
                    Vendor = _vendor,
                    Model = _model,
                    Outcome = "ok",
                    LatencyMilliseconds = (long)_time.GetElapsedTime(began).TotalMilliseconds,
                });
                return answer;
            }
            catch (Exception exception) when (!both.IsCancellationRequested)
            {
                // The token that is cancelled while the caller's and the deadline's are not is the timeout of this attempt.
                var failed = exception is OperationCanceledException
                    ? new VendorException(
                        ErrorCodes.VendorTimeout,
                        $"The vendor '{_vendor}' did not answer within {_options.TimeoutSeconds:0.###} s.",
                        isTransient: true,
                        exception)
                    : VendorPipeline.Translate(exception, _vendor, _options)!;
                first ??= failed;
                attempts.Add(Failed(failed, _time.GetElapsedTime(began)));
                LogAttemptFailed(call.RunId, _vendor, _model, attempts.Count, failed.Code, failed.Message);
                throw failed;
            }
        }
    }

    private TimeSpan Left(ModelCall call)
    {
        var left = DateTimeOffset.FromUnixTimeMilliseconds(call.Deadline) - _time.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private VendorAttempt Failed(VendorException failed, TimeSpan latency) => new()
    {
        Vendor = _vendor,
        Model = _model,
        Outcome = failed.Code,
        LatencyMilliseconds = (long)latency.TotalMilliseconds,
        Message = failed.Message,
        HttpStatus = failed.HttpStatus,
    };

    private static RunError Explain(VendorException first, List<VendorAttempt> attempts) => new()
    {
        Code = first.Code,
        Message = attempts.Count == 1
            ? first.Message
            : $"{attempts.Count} attempts failed. "
                + string.Join(" ", attempts.Select(static (attempt, i) => $"{i + 1}. {attempt.Message}")),
    };

    [LoggerMessage(2001, LogLevel.Warning, "Run {RunId}: call {Attempt} to {Vendor}/{Model} failed with {Code}: {Reason}")]
    private partial void LogAttemptFailed(string runId, string vendor, string model, int attempt, string code, string reason);
}
