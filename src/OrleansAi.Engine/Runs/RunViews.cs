using OrleansAi.Contracts.Retrieval;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Retrieval;

namespace OrleansAi.Engine.Runs;

/// <summary>Records to what callers see.</summary>
public static class RunViews
{
    /// <summary>A run that has not ended.</summary>
    public static RunView Open(RunAdmittedBody admitted, string conversationId, RunStatus status) => new()
    {
        Id = admitted.RunId,
        ConversationId = conversationId,
        Kind = admitted.Kind,
        Status = status,
        Model = admitted.Model,
        CreatedAt = admitted.CreatedAt,
        Instructions = admitted.Instructions?.Text,
        Sampling = admitted.Sampling ?? new Sampling(),
        PreviousRunId = admitted.PreviousRunId,
        Background = admitted.Background,
        Metadata = admitted.Metadata,
        Options = admitted.Options,
    };

    /// <summary>A run as it was admitted.</summary>
    public static RunView Admitted(RunAdmittedBody admitted, string conversationId) =>
        Open(admitted, conversationId, admitted.Queued ? RunStatus.Queued : RunStatus.InProgress);

    /// <summary>A run that has ended.</summary>
    public static RunView Ended(RunAdmittedBody admitted, RunEndedBody ended, string conversationId)
    {
        var output = ended.ModelOutput;
        return Open(admitted, conversationId, ended.Status) with
        {
            CompletedAt = ended.EndedAt,
            Output = OutputItems.Of(ended, admitted.Stream, admitted.Options.IncludeSearchResults),
            Usage = RunFigures.Usage(ended),
            ServedModel = ServedModel(output, ended.Steps.FirstOrDefault(static step => step.Prompt is not null)?.Prompt),
            Error = ended.Error,
            IncompleteReason = ended.IncompleteReason,
            IsForgotten = admitted.Forget || (admitted.IsDestroyed && (ended.IsDestroyed || output is null)),
        };
    }

    /// <summary>The chain of a run that has ended.</summary>
    public static IReadOnlyList<StepView> Steps(RunAdmittedBody admitted, RunEndedBody? ended)
    {
        var steps = new List<StepView>
        {
            new()
            {
                Index = 0,
                Stage = Stage.Admission,
                Attempt = 1,
                Outcome = "ok",
                InputHash = admitted.RequestHash ?? "",
                OutputHash = "",
                StartedAt = admitted.CreatedAt,
                DurationMicroseconds = 0,
                Silo = admitted.Silo,
                Origin = admitted.Origin,
            },
        };
        var origin = ended?.Origin ?? admitted.Origin;
        PromptOutput? prompt = null;
        foreach (var step in ended?.Steps ?? [])
        {
            prompt = step.Prompt ?? prompt;
            var attempts = Attempts(step, prompt);
            steps.Add(new StepView
            {
                Index = steps.Count,
                Stage = step.Stage,
                Attempt = step.Attempt,
                Outcome = step.Error?.Code ?? "ok",
                InputHash = Hex(step.InputHash),
                OutputHash = OutputHash(step),
                StartedAt = step.StartedAt,
                DurationMicroseconds = step.DurationMicroseconds,
                Silo = step.Silo,
                Vendor = step.Model?.Vendor ?? prompt?.Vendor,
                ServedModel = ServedModel(step.Model, prompt),
                Usage = step.Model?.Usage,
                Verdicts = step.Model?.Verdicts ?? [],
                Error = step.Error,
                VendorAttempts = attempts,
                Origin = origin,
                Route = step.Prompt is { } decided ? Route(admitted, decided) : null,
                History = step.Prompt is { } context
                    ? new ContextRange { Turns = context.Turns, FirstTurnPosition = context.FirstTurnPosition, Messages = context.Messages }
                    : null,
                Fingerprint = step.Model?.Fingerprint,
                Cost = RunFigures.Cost(attempts),
                IsGiven = step.Model is { IsGiven: true } || (admitted.Found is not null && step is { Embedding: not null } or { Retrieval: not null }),
                Retrieval = step.Retrieval is { } retrieval ? View(retrieval) : null,
                Context = step.Prompt is null ? null : ContextManifest.Of(ended, step.Prompt),
            });
        }

        if (ended is not null)
        {
            steps.Add(new StepView
            {
                Index = steps.Count,
                Stage = Stage.Completion,
                Attempt = ended.Attempt,
                Outcome = ended.Error?.Code ?? "ok",
                InputHash = steps[^1].OutputHash,
                OutputHash = "",
                StartedAt = ended.EndedAt,
                DurationMicroseconds = 0,
                Silo = ended.Steps.Count > 0 ? ended.Steps[^1].Silo : admitted.Silo,
                Origin = origin,
                Error = ended.Error,
            });
        }

        return steps;
    }

    private static RetrievalView View(RetrievalOutput retrieval) => new()
    {
        Staleness = retrieval.AtVersion is null && !retrieval.Collections.Any(static one => one.IsAtVersion) ? "fresh" : "at_version",
        Query = retrieval.Query?.Text,
        Collections =
        [
            .. retrieval.Collections.Select(static one => one.ToView()),
        ],
        Passages = retrieval.ToPassages(),
    };

    // The record leaves the one call of the built-in model out.
    private static IReadOnlyList<VendorAttempt> Attempts(StepBody step, PromptOutput? prompt) => step.Model switch
    {
        null or { IsGiven: true } => [],
        { Calls: { } calls } output => RunFigures.WithReasons(
            [.. calls.Select(call => call.ToAttempt(prompt?.Vendor ?? "", prompt?.Model ?? "", output.Usage))]),
        _ =>
        [
            new VendorAttempt
            {
                Vendor = prompt?.Vendor ?? "",
                Model = prompt?.Model ?? "",
                Outcome = "ok",
                LatencyMilliseconds = step.DurationMicroseconds / 1_000,
            },
        ],
    };

    private static RouteDecision Route(RunAdmittedBody admitted, PromptOutput prompt) => new()
    {
        Route = admitted.Model,
        Vendor = prompt.Vendor,
        Model = prompt.Model,
        Reason = admitted.ForkedFrom?.Vendor is not null ? "recorded" : prompt.NoneUsable ? "none_usable" : prompt.PassedOver is null ? "first_candidate" : "passed_over",
        PassedOver = prompt.PassedOver ?? [],
    };

    // The record leaves the served model out when it is the one that was asked for.
    private static string? ServedModel(ModelOutput? output, PromptOutput? prompt) =>
        output is null or { IsGiven: true } || output.Calls?.All(static call => call.Outcome is not null) == true
            ? null
            : output.ServedModel ?? output.Model ?? prompt?.Model;

    private static string OutputHash(StepBody step) => step switch
    {
        { Prompt: { } prompt } => Hex(prompt.RequestHash),
        { Embedding: { } embedding } => Hex(embedding.Hash),
        { Retrieval: { } retrieval } => Hex(retrieval.Hash),
        { Model.TextHash: { } hash } => Hex(hash),
        { Model: { } output } => output.Text.Hash
            ?? Journal.ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(output.Text.Text)).ToString(),
        _ => "",
    };

    private static string Hex(string base64) => Convert.ToHexStringLower(Convert.FromBase64String(base64));
}
