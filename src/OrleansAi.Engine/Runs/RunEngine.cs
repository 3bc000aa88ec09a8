using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Faults;
using OrleansAi.Engine.Forks;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Retrieval;

namespace OrleansAi.Engine.Runs;

/// <summary>
/// Carries out a run: prompt assembly, model execution, completion. Knows no grains, no HTTP and no database; a live run, a
/// recovered one and a strict replay are this one code path over different recorded steps.
/// </summary>
public sealed class RunEngine(IModelExecutor models, TimeProvider time, IFaultPoints faults)
{
    /// <summary>Carries a run out to its end.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="log">Where its events go; must have begun.</param>
    /// <exception cref="OperationCanceledException"><see cref="RunPlan.Stopping"/> fired: the run is still open.</exception>
    /// <exception cref="ReplayDivergenceException">A replay met a difference.</exception>
    public async Task<RunEndedBody> ExecuteAsync(RunPlan plan, RunEventLog log)
    {
        var steps = new StepRunner(plan, time);
        var wish = RetrievalWish.Of(plan);
        RetrievalOutput? retrieved = null;
        if (wish is not null && (retrieved = await RetrieveAsync(plan, wish, steps, log)) is null)
        {
            return Complete(plan, log, steps.Steps);
        }

        ContextAssembly? context = null;
        RunError? unfit = null;
        try
        {
            context = plan is { IsTruncated: true, Admitted.Options.RefuseTruncation: true } ? throw TooLong() : ContextAssembly.Of(plan, retrieved);
        }
        catch (OrleansAiException exception)
        {
            unfit = new RunError { Code = exception.Code, Message = exception.Message, Param = exception.Param };
        }

        var assembled = await steps.RunAsync(
            Stage.PromptAssembly,
            RequestHasher.Assembly(plan, retrieved?.Hash),
            start => ValueTask.FromResult(context is null ? start.Done(error: unfit) : Assemble(plan, context, start)),
            isRecorded: wish is not null);
        if (plan.Mode == RunMode.Replay)
        {
            CompareAssembly(plan, steps.Steps.Count - 1, assembled, context, unfit);
        }

        if (assembled.Prompt is { } prompt && context is not null)
        {
            if (wish is not null)
            {
                faults.Hit(FaultPoint.AfterAssembly);
            }

            var target = new ModelTarget(prompt.Vendor, prompt.Model);

            // What was hashed a moment ago need not be hashed again; what was recorded must be.
            var requestHash = plan.Recorded.Count == 0
                ? prompt.RequestHash
                : RequestHasher.Request(plan, target, context.Messages, context.DeniesTools);
            var abandoned = new List<AbandonedOutput>();
            while (true)
            {
                var model = await steps.RunAsync(Stage.ModelExecution, requestHash, start => Given(plan, steps, start) is { } given
                    ? ValueTask.FromResult(given)
                    : CallModelAsync(plan, target, context, log, abandoned, start));
                if (!ToolRounds.Answers(plan.Admitted, model))
                {
                    break;
                }

                var answered = await steps.RunAsync(Stage.ToolExecution, RequestHasher.Calls(model.Model!.ToolCalls!), start =>
                {
                    var (answers, error) = ToolRounds.Answer(plan.Admitted, steps.Steps);
                    return ValueTask.FromResult(start.Done(tools: answers, error: error));
                });
                if (answered.Error is not null)
                {
                    break;
                }

                context = ContextAssembly.Of(plan, retrieved, ToolRounds.Items(plan.Admitted, steps.Steps));
                requestHash = RequestHasher.Request(plan, target, context.Messages, context.DeniesTools);
            }
        }

        return Complete(plan, log, steps.Steps);
    }

    /// <summary>The error for a conversation that no longer fits and may not be cut.</summary>
    public static OrleansAiException TooLong() => new(
        ErrorCodes.ContextTooLong,
        "The conversation does not fit into the context any more; compact it, or set truncation to 'auto' to leave its oldest turns out.")
    {
        Param = "input",
    };

    /// <summary>The end of a run that a caller cancelled before it began.</summary>
    public RunEndedBody CancelBeforeStart(RunPlan plan) => new()
    {
        RunId = plan.Admitted.RunId,
        AdmittedPosition = plan.AdmittedPosition,
        Status = RunStatus.Cancelled,
        EndedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
        Attempt = plan.Recoveries + 1,
        Recoveries = plan.Recoveries,
        Origin = plan.Origin,
        Wait = plan.Wait,
        Steps = [],
    };

    /// <summary>The end of a run that a defect breaks again and again.</summary>
    public RunEndedBody FailByDefect(RunPlan plan, int attempt) => CancelBeforeStart(plan) with
    {
        Status = RunStatus.Failed,
        Attempt = attempt,
        Error = new RunError { Code = ErrorCodes.Internal, Message = $"The run {plan.Admitted.RunId} failed by a defect; the log has the cause." },
    };

    // Null when the run is told nothing because a step failed, or was cancelled.
    private async Task<RetrievalOutput?> RetrieveAsync(RunPlan plan, RetrievalWish wish, StepRunner steps, RunEventLog log)
    {
        var retrieval = new RetrievalSteps(plan, wish, time);
        var input = RequestHasher.Embedding(plan, wish);

        // What a fork takes from its origin is in its admission: it need not be recorded before the run goes on.
        var isRecorded = plan.Admitted.Found is null;
        var embedding = await steps.RunAsync(Stage.Embedding, input, retrieval.EmbedAsync, isRecorded);
        faults.Hit(FaultPoint.AfterEmbedding);
        if (embedding.Embedding is not { } embedded)
        {
            return null;
        }

        var search = await steps.RunAsync(
            Stage.Retrieval, RequestHasher.Retrieval(input, embedded.Hash), start => retrieval.SearchAsync(embedded, start), isRecorded);
        faults.Hit(FaultPoint.AfterRetrieval);
        if (search.Retrieval is { } found)
        {
            if (plan.Mode == RunMode.Replay)
            {
                ReplayDivergenceException.Compare(steps.Steps.Count - 1, Stage.Retrieval, "output_hash", found.Hash, RequestHasher.Retrieved(found));
            }

            log.Search(search);
        }

        return search.Retrieval;
    }

    private StepBody Assemble(RunPlan plan, ContextAssembly context, StepStart start)
    {
        try
        {
            var target = plan.Admitted.ForkedFrom is { Vendor: { } vendor, Model: { } model }
                ? new ModelTarget(vendor, model)
                : models.Resolve(plan.Admitted.Model);
            return start.Done(Assembled(plan, target, context));
        }
        catch (OrleansAiException exception)
        {
            return start.Done(error: new RunError { Code = exception.Code, Message = exception.Message });
        }
    }

    private static PromptOutput Assembled(RunPlan plan, ModelTarget target, ContextAssembly context) => new()
    {
        Vendor = target.Vendor,
        Model = target.Model,
        FirstTurnPosition = plan.History.Count > 0 ? plan.History[0].EndedPosition : 0,
        Turns = plan.History.Count,
        Messages = context.Messages.Count,
        RequestHash = RequestHasher.Request(plan, target, context.Messages, context.DeniesTools),
        Context = context.Manifest,
        DeniesTools = context.DeniesTools,
        PassedOver = target.PassedOver.Count > 0 ? target.PassedOver : null,
        NoneUsable = target.NoneUsable,
    };

    // Where the route led is decided by how the vendors did then, so it is taken; all else follows from what was asked.
    private static void CompareAssembly(RunPlan plan, int step, StepBody recorded, ContextAssembly? context, RunError? unfit)
    {
        if (recorded.Prompt is not { } prompt || context is null)
        {
            if (unfit is not null || recorded.Error is null)
            {
                Compare("error", recorded.Error?.Code ?? (recorded.Prompt is null ? "neither prompt nor error" : null), unfit?.Code);
            }

            return;
        }

        var now = Assembled(plan, new ModelTarget(prompt.Vendor, prompt.Model), context);
        Compare("turns", prompt.Turns, now.Turns);
        Compare("first_turn", prompt.FirstTurnPosition, now.FirstTurnPosition);
        Compare("messages", prompt.Messages, now.Messages);
        Compare("request_hash", prompt.RequestHash, now.RequestHash);
        if (prompt.Context is { } manifest)
        {
            Compare("context", RequestHasher.Of(manifest), RequestHasher.Of(now.Context));
        }

        void Compare<T>(string field, T expected, T actual) =>
            ReplayDivergenceException.Compare(step, Stage.PromptAssembly, field, expected, actual);
    }

    private async ValueTask<StepBody> CallModelAsync(
        RunPlan plan,
        ModelTarget target,
        ContextAssembly context,
        RunEventLog log,
        List<AbandonedOutput> abandoned,
        StepStart start)
    {
        faults.Hit(FaultPoint.BeforeModel);
        var call = ModelCalls.Of(plan, target, context, time.GetUtcNow() + plan.Timeout);
        var citations = context.Shown.Count > 0 ? new CitationStream(context.Shown) : null;
        var mostCalls = plan.Admitted.Options.MaxToolCalls;
        if (!log.Written.IsEmpty)
        {
            // What the round before has sent is no part of the answer: it is closed, and an attempt of its own begins.
            abandoned.Add(log.Written.ToAbandoned(log.Attempt));
            log.AdvanceTo(log.Attempt + 1);
        }

        ModelResult result;
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(plan.Cancelled, plan.Stopping))
        {
            try
            {
                result = plan.Admitted.Stream
                    ? await StreamAsync(call, mostCalls, log, abandoned, citations, stop.Token)
                    : await models.CompleteAsync(call, stop.Token);
            }
            catch (OperationCanceledException) when (plan.Cancelled.IsCancellationRequested && !plan.Stopping.IsCancellationRequested)
            {
                result = new ModelResult
                {
                    Error = new RunError { Code = ErrorCodes.Cancelled, Message = "The run was cancelled by a caller." },
                };
            }
        }

        faults.Hit(FaultPoint.AfterModel);
        var cutCalls = result.ToolCalls.Count > mostCalls;
        if (cutCalls)
        {
            result = result with { ToolCalls = [.. result.ToolCalls.Take(mostCalls!.Value)] };
        }

        result = citations?.Apply(result) ?? result;
        var output = plan.Admitted.Stream
            ? SettledOutput.OfStream(result, log, abandoned)
            : SettledOutput.OfWhole(result);
        return start.Done(
            model: new ModelOutput
            {
                Text = output.Text,
                Refusal = output.Refusal,
                Reasoning = output.Reasoning,
                ReasoningOrigins = output.ReasoningOrigins,
                ToolCalls = output.ToolCalls,
                Deltas = output.Deltas,
                Messages = output.Messages,
                FinishReason = result.FinishReason,
                CutCalls = cutCalls,
                Usage = result.Usage,
                ServedModel = result.ServedModel == (result.Model ?? target.Model) ? null : result.ServedModel,
                Vendor = result.Vendor == target.Vendor ? null : result.Vendor,
                Model = result.Model == target.Model ? null : result.Model,
                Fingerprint = result.Fingerprint,
                Verdicts = result.Verdicts.Count > 0 ? result.Verdicts : null,
                VendorRequestId = result.VendorRequestId,
                Calls = ModelCalls.Attempts(result, target),
                Abandoned = abandoned.Count > 0 ? [.. abandoned] : null,
            },
            error: result.Error);
    }

    // A step whose output was given makes nothing. Admission is the first step of the chain.
    private static StepBody? Given(RunPlan plan, StepRunner steps, StepStart start) =>
        plan.Admitted.Given?.FirstOrDefault(given => given.Step == steps.Steps.Count + 1) is { } output
            ? start.Done(model: output.ToOutput())
            : null;

    private async Task<ModelResult> StreamAsync(
        ModelCall call,
        int? mostCalls,
        RunEventLog log,
        List<AbandonedOutput> abandoned,
        CitationStream? citations,
        CancellationToken cancellationToken)
    {
        await foreach (var next in models.StreamAsync(call, cancellationToken).WithCancellation(cancellationToken))
        {
            if (next.Restarted)
            {
                abandoned.Add(log.Written.ToAbandoned(log.Attempt));
                log.AdvanceTo(log.Attempt + 1);
                citations?.Restart();
            }

            var delta = next.Other ?? (next.Delta is { Length: > 0 } text ? new ModelDelta { Kind = ModelDeltaKind.Text, Text = text } : null);
            if (delta is not null && !IsBeyond(mostCalls, delta))
            {
                Tell(log, citations, delta);
                faults.Hit(FaultPoint.DuringModel);
            }

            if (next.Result is { } result)
            {
                Tell(log, citations?.End());
                return result;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new ModelResult
        {
            Error = new RunError
            {
                Code = ErrorCodes.VendorFailed,
                Message = $"The stream of {call.Vendor}/{call.Model} ended without its outcome.",
            },
        };
    }

    private static void Tell(RunEventLog log, CitationStream? citations, ModelDelta delta)
    {
        if (citations is null)
        {
            log.Delta(delta);
        }
        else
        {
            Tell(log, citations.Take(delta));
        }
    }

    private static void Tell(RunEventLog log, IEnumerable<ModelDelta>? deltas)
    {
        foreach (var delta in deltas ?? [])
        {
            log.Delta(delta);
        }
    }

    private static bool IsBeyond(int? mostCalls, ModelDelta delta) =>
        delta.Kind is ModelDeltaKind.ToolCall or ModelDeltaKind.ToolArguments && delta.Index >= mostCalls;

    // What was found with a vector is recorded; the vector is of no use any more.
    private static StepBody WithoutVectors(StepBody step) => step.Embedding is not { Vectors: { } vectors } embedding
        ? step
        : step with { Embedding = embedding with { Vectors = [.. vectors.Select(static vector => vector with { Numbers = null })] } };

    private RunEndedBody Complete(RunPlan plan, RunEventLog log, IReadOnlyList<StepBody> steps)
    {
        var failed = steps.FirstOrDefault(static step => step.Error is not null);
        var error = failed?.Error;
        var output = steps.LastOrDefault(static step => step.Model is not null)?.Model;
        var (status, reason) = (error, output?.FinishReason) switch
        {
            _ when failed is { Stage: Stage.ToolExecution } => (RunStatus.Incomplete, failed.Error!.Code),
            ({ Code: ErrorCodes.Cancelled }, _) => (RunStatus.Cancelled, null),
            (not null, _) => (RunStatus.Failed, null),
            (_, FinishReason.Length) => (RunStatus.Incomplete, "max_output_tokens"),
            (_, FinishReason.ContentFilter) => (RunStatus.Incomplete, "content_filter"),
            _ when output is { CutCalls: true } => (RunStatus.Incomplete, "max_tool_calls"),
            _ => (RunStatus.Completed, (string?)null),
        };
        return new RunEndedBody
        {
            RunId = plan.Admitted.RunId,
            AdmittedPosition = plan.AdmittedPosition,
            Status = status,
            EndedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Attempt = log.Attempt,
            Recoveries = plan.Recoveries,
            Origin = plan.Origin,
            Wait = plan.Wait,
            IncompleteReason = reason,
            Error = status == RunStatus.Failed ? error : null,
            Steps = [.. steps.Select(WithoutVectors)],
        };
    }
}
