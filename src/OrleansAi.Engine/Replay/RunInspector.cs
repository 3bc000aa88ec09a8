using System.Security.Cryptography;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Engine.Replay;

/// <summary>
/// Single steps with their content. What was not stored twice is made again from what was: the messages of a request from the
/// transcript, its bytes by the vendor's adapter, both held against their recorded hashes.
/// </summary>
/// <param name="archive">Finds runs.</param>
/// <param name="source">Reads what they were made from.</param>
/// <param name="exchanges">Writes requests as live calls do.</param>
public sealed class RunInspector(RunArchive archive, ReplaySource source, IExchangeReplayer exchanges)
{
    /// <summary>A step of a run.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.ResponseNotFound"/>, <see cref="ErrorCodes.StepNotFound"/>, <see cref="ErrorCodes.ContentNotKept"/>,
    /// <see cref="ErrorCodes.RunReleased"/>.
    /// </exception>
    public async Task<StepContent> StepAsync(string tenant, string runId, int index, CancellationToken cancellationToken)
    {
        var run = await archive.FindAsync(tenant, runId, cancellationToken)
            ?? throw new OrleansAiException(ErrorCodes.ResponseNotFound, $"There is no run '{runId}'.");
        var steps = RunViews.Steps(run.Admitted, run.Ended);
        if (index < 0 || index >= steps.Count)
        {
            throw new OrleansAiException(
                ErrorCodes.StepNotFound, $"The run '{runId}' has the steps 0 to {steps.Count - 1}{(run.Ended is null ? " until it ends" : "")}; there is no step {index}.");
        }

        ReplaySource.RefuseDestroyed(run);
        var content = new StepContent
        {
            Run = run.ToView(),
            Step = steps[index],
            Passages = steps.FirstOrDefault(static step => step.Retrieval is not null)?.Retrieval?.Passages ?? [],
        };
        switch (content.Step.Stage)
        {
            case Stage.Admission:
                return content with { Input = [.. run.Admitted.Input.Select(static item => item.ToItem())] };
            case Stage.Completion or Stage.Embedding or Stage.Retrieval:
                return content;
        }

        // Admission is the first step of the chain, and no step of the record.
        var body = run.Ended!.Steps[index - 1];
        var replayed = await source.LoadAsync(tenant, runId, cancellationToken);
        return content.Step.Stage switch
        {
            Stage.PromptAssembly when body.Prompt is null => content,
            Stage.PromptAssembly => content with { Messages = ExchangeReplay.MessagesOf(replayed, index - 1) },
            Stage.ToolExecution => content with
            {
                Answer = AnswerOf(run.Ended.Steps[index - 2].Model),
                ToolAnswers = body.Tools is null ? null : [.. body.Tools.Select(static answer => answer.ToAnswer())],
            },
            _ => content with
            {
                Messages = ExchangeReplay.MessagesOf(replayed, index - 1),
                Answer = AnswerOf(body.Model),
                Exchanges = await ExchangesAsync(replayed, index - 1, cancellationToken),
            },
        };
    }

    private async Task<IReadOnlyList<StepExchangeView>> ExchangesAsync(ReplayedRun run, int step, CancellationToken cancellationToken)
    {
        IReadOnlyList<ReplayedAttempt> attempts;
        try
        {
            attempts = await new ExchangeReplay(exchanges).RebuildAsync(run, step, cancellationToken);
        }
        catch (OrleansAiException exception) when (exception.Code == ErrorCodes.VendorUnavailable)
        {
            // Its vendor is configured no more, and with it what wrote its requests.
            return [.. (run.Ended.Steps[step].Model?.Calls ?? []).Select(call => new StepExchangeView
            {
                Response = run.Answers.GetValueOrDefault(call),
                RequestDiffers = call.RequestHash is not null,
            })];
        }

        return
        [
            .. attempts.Select(static attempt =>
            {
                var isSent = attempt.Attempt.RequestHash is not null;
                var isSame = isSent && Convert.ToBase64String(SHA256.HashData(attempt.Request.Span)) == attempt.Attempt.RequestHash;
                return new StepExchangeView
                {
                    Request = isSame ? attempt.Request.ToArray() : null,
                    Response = attempt.Response,
                    RequestDiffers = isSent && !isSame,
                };
            }),
        ];
    }

    private static StepAnswer? AnswerOf(ModelOutput? output) => output is null ? null : new StepAnswer
    {
        Text = output.Text.Text,
        Refusal = output.Refusal?.Text,
        Reasoning = output.Reasoning?.Text,
        FinishReason = output.FinishReason,
        ToolCalls =
        [
            .. (output.ToolCalls ?? []).Select(static call => new ModelToolCall { Id = call.Id, Name = call.Name, Arguments = call.Arguments.Text }),
        ],
    };
}
