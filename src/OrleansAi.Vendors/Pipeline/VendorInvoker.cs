using System.Runtime.CompilerServices;
using System.Threading.Channels;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Vendors.Judging;
using OrleansAi.Vendors.Sanity;
using OrleansAi.Vendors.Wire;
using OrleansAi.Vendors.WireContracts;
using Polly;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>
/// Calls one model of one vendor through its pipeline and tells every attempt. A vendor's trouble is a value in the result
/// (invariant 11), and a stream ends as success only with the vendor's terminal event (invariant 7).
/// </summary>
public sealed partial class VendorInvoker : IVendorLane, IDisposable
{
    /// <summary>How long text is gathered before it is handed on; the first text goes at once.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);

    private readonly string _vendor;
    private readonly IVendorAdapter _adapter;
    private readonly VendorOptions _options;
    private readonly IAnswerJudge? _judge;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrencyLimiter _limiter;
    private readonly LearnedRateLimit _rate;
    private readonly ResiliencePipeline<VendorAnswer> _pipeline;

    internal VendorInvoker(
        string vendor, IVendorAdapter adapter, VendorOptions options, IAnswerJudge? judge, TimeProvider time, ILogger logger)
    {
        (_vendor, _adapter, _options, _judge, _time, _logger) = (vendor, adapter, options, judge, time, logger);
        Health = new VendorHealth(TimeSpan.FromSeconds(options.BreakerOpenSeconds), time);
        _rate = new LearnedRateLimit(time);
        _limiter = VendorPipeline.Limiter(options);
        _pipeline = VendorPipeline.Create<VendorAnswer>(vendor, options, _limiter, Health, time);
    }

    internal VendorHealth Health { get; }

    internal QuarantineFlag? Quarantine { get; init; }

    internal ILogger? Evaluations { get; init; }

    /// <summary>True while other candidates are better: the breaker is open, or the answers are in quarantine.</summary>
    internal bool IsToBeAvoided => Health.IsOpen || Quarantine?.Raised is not null;

    internal TimeSpan RateLimitWait => _rate.Wait;

    VendorHealth IVendorLane.Health => Health;

    string? IVendorLane.Api => _adapter.Api;

    QuarantineFlag? IVendorLane.Quarantine => Quarantine;

    TimeSpan IVendorLane.RateLimitWait => RateLimitWait;

    (long UnderWay, long Waiting) IVendorLane.Load => VendorPipeline.LoadOf(_limiter, _options);

    /// <summary>Makes the call and returns its outcome.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<ModelResult> CompleteAsync(ModelCall call, CancellationToken cancellationToken) =>
        RunAsync(call, sink: null, cancellationToken);

    /// <summary>The same on the thread pool, whatever scheduler the caller runs on.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<ModelResult> CompleteElsewhereAsync(ModelCall call, CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return await CompleteAsync(call, cancellationToken);
    }

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
                foreach (var next in StreamSink.Merge(channel.Reader))
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

    /// <summary>Takes a recorded exchange through the adapter, around the pipeline: nothing is sent, limited, judged or counted.</summary>
    internal async Task<ReplayedExchange> ReplayAsync(ModelCall call, RecordedExchange recorded, CancellationToken cancellationToken)
    {
        var capture = WireCapture.Begin(recorded);
        var projected = Projected(call);
        var deltas = new List<ModelDelta>();
        VendorAnswer? answer = null;
        try
        {
            answer = recorded.IsStream
                ? await _adapter.StreamAsync(projected, Keep, cancellationToken)
                : await _adapter.CompleteAsync(projected, cancellationToken);
        }
        catch (Exception exception) when (VendorPipeline.Translate(exception, _vendor, _options) is { } failed)
        {
            LogReplayedFailure(call.RunId, _vendor, failed.Code);
        }

        var judged = answer is null ? null : _judge?.Review(_adapter, projected, answer, capture, recorded.IsStream) ?? Judgement.Accept(answer);
        return new ReplayedExchange
        {
            Request = capture.Request,
            ExternalCalls = capture.Sent,
            StreamedText = Streamed(ModelDeltaKind.Text),
            StreamedRefusal = Streamed(ModelDeltaKind.Refusal),
            StreamedReasoning = Streamed(ModelDeltaKind.Reasoning),
            Answer = judged?.Answer is not { } sound ? null : new ModelResult
            {
                Text = sound.Text,
                Refusal = sound.Refusal,
                FinishReason = sound.FinishReason,
                Usage = sound.Usage,
                ServedModel = sound.ServedModel,
                VendorRequestId = sound.RequestId,
                Fingerprint = sound.Fingerprint,
                ToolCalls = sound.ToolCalls,
                Reasoning = sound.Reasoning,
                Verdicts = [.. judged.Verdicts, .. VendorHints.NotTaken(projected, _adapter.Api)],
            },
            Repair = answer is not null && recorded.Cause == FaultNames.Of(VendorFault.Unsound)
                ? SanityChecks.Repair(projected, answer, new SanityChecks().Check(projected, answer))
                : null,
        };

        ValueTask Keep(ModelDelta delta)
        {
            deltas.Add(delta);
            return ValueTask.CompletedTask;
        }

        string Streamed(ModelDeltaKind kind) => string.Concat(deltas.Where(delta => delta.Kind == kind).Select(static delta => delta.Text));
    }

    /// <summary>Frees the bulkhead.</summary>
    public void Dispose() => _limiter.Dispose();

    private async Task ProduceAsync(ModelCall call, ChannelWriter<ModelEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            var chunks = new StreamChunks(VendorTelemetry.Tags(_adapter, call), _time);
            var result = await RunAsync(call, new StreamSink(events, chunks, cancellationToken), cancellationToken);
            await events.WriteAsync(new ModelEvent { Result = result }, cancellationToken);
        }
        finally
        {
            events.Complete();
        }
    }

    private async Task<ModelResult> RunAsync(ModelCall call, StreamSink? sink, CancellationToken cancellationToken)
    {
        using var activity = VendorTelemetry.Start(_adapter, call, isStream: sink is not null);
        var progress = new CallProgress(call, _time) { IsStream = sink is not null, KeepsExchanges = !call.OmitsExchange };
        var started = _time.GetTimestamp();
        using var deadline = new CancellationTokenSource(VendorPipeline.Left(call.Deadline, _time), _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var context = ResilienceContextPool.Shared.Get(both.Token);
        context.Properties.Set(VendorPipeline.Progress, progress);
        VendorAnswer? answer = null;
        VendorException? last = null;
        try
        {
            answer = await _pipeline.ExecuteAsync(
                static (context, state) => state.Self.AttemptAsync(state.Progress, state.Sink, state.Token, context.CancellationToken),
                context,
                (Self: this, Progress: progress, Sink: sink, both.Token));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            last = VendorPipeline.Translate(exception, _vendor, _options) ?? VendorErrors.Of(
                VendorFault.Timeout, $"The vendor '{_vendor}' did not answer before the deadline of the run.", null, null, exception);
            if (progress.First is null || last.Fault is VendorFault.BreakerOpen or VendorFault.Bulkhead)
            {
                progress.Refuse(last);
            }
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }

        var (attempts, exchanges) = progress.Close();
        var result = new ModelResult { Attempts = attempts, Exchanges = exchanges, Vendor = call.Vendor, Model = call.Model };
        result = answer is null
            ? result with { Error = RunErrors.Of(progress.First ?? last!, attempts) }
            : result with
            {
                Text = answer.Text,
                Messages = answer.Messages,
                Refusal = answer.Refusal,
                FinishReason = answer.FinishReason,
                Usage = answer.Usage,
                ServedModel = answer.ServedModel,
                VendorRequestId = answer.RequestId,
                Fingerprint = answer.Fingerprint,
                ToolCalls = answer.ToolCalls,
                Reasoning = answer.Reasoning,
                Verdicts = progress.Verdicts,
            };
        EvaluationEvents.Write(Evaluations, call, result);
        VendorTelemetry.Stop(activity, _adapter, call, result, sink?.Chunks, _time.GetElapsedTime(started));
        return result;
    }

    private async ValueTask<VendorAnswer> AttemptAsync(
        CallProgress progress, StreamSink? sink, CancellationToken caller, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (progress.Begun > 0 && sink is not null)
            {
                await sink.RestartAsync();
            }

            await _rate.WaitAsync(_vendor, progress.Call.Deadline, cancellationToken);
            var (answer, repair) = await CallOnceAsync(progress, sink, caller, cancellationToken);
            if (answer is not null)
            {
                return answer;
            }

            progress.Call = repair!;
            progress.IsRepaired = true;
        }
    }

    private async Task<(VendorAnswer? Answer, ModelCall? Repair)> CallOnceAsync(
        CallProgress progress, StreamSink? sink, CancellationToken caller, CancellationToken cancellationToken)
    {
        var attempt = progress.Begin();
        var capture = WireCapture.Begin();
        var began = _time.GetTimestamp();
        using var watch = sink is null ? null : new StreamWatch(_vendor, _options, _time, cancellationToken);
        try
        {
            var call = Projected(progress.Call);
            var answer = sink is null
                ? await _adapter.CompleteAsync(call, cancellationToken)
                : await _adapter.StreamAsync(call, delta => sink.WriteAsync(delta, watch!), watch!.Token);
            var latency = _time.GetElapsedTime(began);
            var judged = _judge?.Judge(_adapter, call, answer, capture, sink is not null, latency) ?? Judgement.Accept(answer);
            if (judged.Failure is { } refused)
            {
                throw new RefusedAnswerException(refused, progress.IsRepaired ? null : judged.Repair);
            }

            Health.OnSuccess();
            progress.Verdicts = [.. judged.Verdicts, .. VendorHints.NotTaken(call, _adapter.Api)];
            progress.HasAnswer = true;
            progress.End(
                attempt,
                Held(Measured() with
                {
                    Outcome = "ok",
                    Billing = capture.IsSent ? BillingCertainty.Billed : BillingCertainty.NotBilled,
                    Usage = answer.Usage,
                    Contract = judged.Contract,
                }),
                capture);
            return (judged.Answer, null);
        }
        catch (Exception exception) when (!caller.IsCancellationRequested && !progress.HasAnswer)
        {
            var failed = Name(exception, watch);
            if (exception is not RefusedAnswerException)
            {
                _judge?.Observe(_adapter, progress.Call, capture, sink is not null);
            }

            progress.Fail(failed);
            Health.OnFailure(failed);
            progress.End(attempt, Held(CallProgress.Failed(failed, Measured() with { Billing = Billing.Of(failed, capture) })), capture);
            LogAttemptFailed(progress.Call.RunId, _vendor, progress.Call.Model, progress.Begun, failed.Code, failed.Message);
            return (exception as RefusedAnswerException)?.Repair is { } repair && progress.MayRetry(null) ? (null, repair) : throw failed;
        }
        finally
        {
            _rate.Learn(capture);
        }

        VendorAttempt Measured() => attempt with
        {
            LatencyMilliseconds = (long)_time.GetElapsedTime(began).TotalMilliseconds,
            FirstTokenMilliseconds = watch?.FirstPiece is { } first ? (long)first.TotalMilliseconds : null,
        };
    }

    // An attempt whose answer was held to a contract names it.
    private VendorAttempt Held(VendorAttempt attempt) => attempt.Contract is null || _adapter.Api is not { } api
        ? attempt
        : attempt with { ContractVersion = WireContractCatalog.Default.Find(api, attempt.Model)?.Name };

    private ModelCall Projected(ModelCall call)
    {
        var messages = Transcript.Project(call, TranscriptRules.Of(_adapter.Api, call.Model));
        return ReferenceEquals(messages, call.Messages) ? call : call with { Messages = messages };
    }

    private VendorException Name(Exception exception, StreamWatch? watch) => exception switch
    {
        RefusedAnswerException refused => refused.Failure,
        VendorException { Fault: VendorFault.Unsupported } refused => VendorErrors.Unsupported(
            $"The vendor '{_vendor}' cannot do what was asked: {refused.Message}", refused.Param!),
        _ when watch is { HasExpired: true } => watch.Expired(exception),

        // The token that is cancelled while the caller's and the deadline's are not is the timeout of this attempt.
        OperationCanceledException => VendorErrors.Of(
            VendorFault.Timeout, $"The vendor '{_vendor}' did not answer within {_options.TimeoutSeconds:0.###} s.", null, null, exception),
        _ => VendorPipeline.Translate(exception, _vendor, _options)!,
    };

    private sealed class RefusedAnswerException(VendorException failure, ModelCall? repair) : Exception(failure.Message, failure)
    {
        public VendorException Failure { get; } = failure;

        public ModelCall? Repair { get; } = repair;
    }

    [LoggerMessage(2009, LogLevel.Debug, "Replay of run {RunId}: the recorded answer of {Vendor} is a failure, {Code}.")]
    private partial void LogReplayedFailure(string runId, string vendor, string code);

    [LoggerMessage(2001, LogLevel.Warning, "Run {RunId}: call {Attempt} to {Vendor}/{Model} failed with {Code}: {Reason}")]
    private partial void LogAttemptFailed(string runId, string vendor, string model, int attempt, string code, string reason);
}
