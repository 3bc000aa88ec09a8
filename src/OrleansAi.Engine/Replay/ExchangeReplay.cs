using System.Security.Cryptography;
using System.Text;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Forks;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Retrieval;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Engine.Replay;

/// <summary>One attempt of a model execution with the request that it sent.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Request">The request's bytes as this build writes them; empty when none was sent.</param>
/// <param name="Response">The answer's bytes; null when none came or none is kept.</param>
/// <param name="Exchange">What this build makes of it; null when nothing was sent.</param>
public sealed record ReplayedAttempt(AttemptBody Attempt, ReadOnlyMemory<byte> Request, byte[]? Response, ReplayedExchange? Exchange);

/// <summary>Rebuilds the exchanges of a model execution, and compares them with what is recorded.</summary>
/// <param name="exchanges">Writes requests and reads answers as live calls do.</param>
internal sealed class ExchangeReplay(IExchangeReplayer exchanges)
{
    /// <summary>How many requests left the process.</summary>
    public int ExternalCalls { get; private set; }

    /// <summary>The attempts of a model execution with their requests, in order.</summary>
    /// <param name="run">The run.</param>
    /// <param name="step">The place of the model execution among the executed steps.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<ReplayedAttempt>> RebuildAsync(ReplayedRun run, int step, CancellationToken cancellationToken)
    {
        if (run.Ended.Steps[step] is not { Model: { IsGiven: false } output, Error: var error } || PromptOf(run) is not { } prompt)
        {
            return [];
        }

        // The record leaves out the one call of a model that needs no vendor outside.
        var attempts = output.Calls ?? (error is null ? [new AttemptBody()] : []);
        var target = new ModelTarget(prompt.Vendor, prompt.Model);
        var first = ModelCalls.Of(run.Plan, target, ContextOf(run, step), DateTimeOffset.FromUnixTimeMilliseconds(run.Ended.EndedAt));
        var rebuilt = new List<ReplayedAttempt>();
        var call = first;
        foreach (var attempt in attempts)
        {
            var (vendor, model) = (attempt.Vendor ?? prompt.Vendor, attempt.Model ?? prompt.Model);
            if (call.Vendor != vendor || call.Model != model)
            {
                call = first with { Vendor = vendor, Model = model };
            }

            var response = run.Answers.GetValueOrDefault(attempt);
            if (attempt.RequestHash is null && attempt.Outcome is not null)
            {
                rebuilt.Add(new ReplayedAttempt(attempt, default, response, null));
                continue;
            }

            var replayed = await exchanges.ReplayAsync(call, Recorded(run, output, attempt, response), cancellationToken);
            ExternalCalls += replayed.ExternalCalls;
            rebuilt.Add(new ReplayedAttempt(attempt, replayed.Request, response, replayed));
            call = replayed.Repair ?? call;
        }

        return rebuilt;
    }

    /// <summary>The messages of a model execution: those of the prompt, and what the steps between have added.</summary>
    public static IReadOnlyList<ModelMessage> MessagesOf(ReplayedRun run, int step) => ContextOf(run, step).Messages;

    private static ContextAssembly ContextOf(ReplayedRun run, int step)
    {
        var added = ToolRounds.Items(run.Admitted, run.Ended.Steps.Take(step));
        return added.Count == 0 && run.Plan.Context is { } known ? known : ContextAssembly.Of(
            run.Plan, run.Ended.Steps.FirstOrDefault(static one => one.Retrieval is not null)?.Retrieval, added);
    }

    /// <summary>Compares the exchanges of a run's model executions.</summary>
    /// <exception cref="ReplayDivergenceException">One differs.</exception>
    public async Task CompareAsync(ReplayedRun run, CancellationToken cancellationToken)
    {
        for (var step = 0; step < run.Ended.Steps.Count; step++)
        {
            if (run.Ended.Steps[step].Model is { } output)
            {
                await CompareAsync(run, step, output, cancellationToken);
            }
        }
    }

    private async Task CompareAsync(ReplayedRun run, int step, ModelOutput output, CancellationToken cancellationToken)
    {
        if (output.TextHash is { } hash)
        {
            Compare("text", Hex(hash), Hash(Encoding.UTF8.GetBytes(output.Text.Text)));
        }

        IReadOnlyList<ReplayedAttempt> attempts;
        try
        {
            attempts = await RebuildAsync(run, step, cancellationToken);
        }
        catch (OrleansAiException exception) when (exception.Code == ErrorCodes.VendorUnavailable)
        {
            throw new ReplayDivergenceException(step, Stage.ModelExecution, "vendor", "a configured vendor", exception.Message);
        }

        foreach (var (place, attempt) in attempts.Index())
        {
            if (attempt.Attempt.RequestHash is { } request)
            {
                Compare($"vendor_attempts[{place}].request_hash", Hex(request), Hash(attempt.Request.Span));
            }

            if (attempt is { Attempt.ResponseHash: { } answered, Response: { } response })
            {
                Compare($"vendor_attempts[{place}].response_hash", Hex(answered), Hash(response));
            }
        }

        if (attempts.LastOrDefault(static attempt => attempt.Attempt.Outcome is null) is { } last && run.Ended.Steps[step].Error is null)
        {
            CompareAnswer(last);
        }

        void CompareAnswer(ReplayedAttempt last)
        {
            if (last.Attempt.ResponseHash is not null && last.Response is null)
            {
                // An earlier build, or a setting, kept the hash alone: there is nothing to read again.
                return;
            }

            if (last.Exchange is not { Answer: not null } exchange)
            {
                throw new ReplayDivergenceException(step, Stage.ModelExecution, "answer", "an answer", "the recorded bytes are read as a failure");
            }

            AnswerComparison.Compare(run, output, exchange, ContextOf(run, step).Shown, Compare);
        }

        void Compare(string field, object? expected, object? actual) =>
            ReplayDivergenceException.Compare(step, Stage.ModelExecution, field, expected, actual);
    }

    private static PromptOutput? PromptOf(ReplayedRun run) => run.Ended.Steps.FirstOrDefault(static step => step.Prompt is not null)?.Prompt;


    private static RecordedExchange Recorded(ReplayedRun run, ModelOutput output, AttemptBody attempt, byte[]? response) => new()
    {
        IsStream = run.Admitted.Stream,
        Response = response,
        Status = attempt.HttpStatus,
        RequestId = attempt.Outcome is null ? output.VendorRequestId : null,
        Cause = attempt.Cause,
    };

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string Hex(string base64) => Convert.ToHexStringLower(Convert.FromBase64String(base64));
}
