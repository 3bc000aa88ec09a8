using OrleansAi.Contracts.Models;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Retrieval;

namespace OrleansAi.Engine.Runs;

/// <summary>What goes to the vendors of a run, and what is noted of the calls.</summary>
internal static class ModelCalls
{
    /// <summary>The call of a run, as the vendor's adapter is given it.</summary>
    public static ModelCall Of(RunPlan plan, ModelTarget target, ContextAssembly context, DateTimeOffset deadline)
    {
        var options = plan.Admitted.Options;
        var tools = context.DeniesTools ? [] : options.Tools ?? [];
        var choice = options.ToolChoice;
        if (choice?.Allowed is { } allowed)
        {
            tools = [.. tools.Where(tool => allowed.Contains(tool.Name))];
            choice = choice with { Allowed = null };
        }

        if (choice is { Mode: ToolChoiceMode.Required } && options.FileSearch is not null)
        {
            // A tool had to be used, and was: the search.
            choice = null;
        }

        return new ModelCall
        {
            RunId = plan.Admitted.RunId,
            ConversationId = plan.ConversationId,
            OmitsExchange = plan.Recording == RecordingLevel.Minimum,
            Route = plan.Admitted.Model,
            Vendor = target.Vendor,
            Model = target.Model,
            Messages = context.Messages,
            Sampling = plan.Admitted.Sampling ?? new(),
            Deadline = deadline.ToUnixTimeMilliseconds(),
            Tools = tools,
            ToolChoice = tools.Count > 0 ? choice : null,
            ParallelToolCalls = tools.Count > 0 ? options.ParallelToolCalls : null,
            OutputFormat = options.OutputFormat,
            ReasoningEffort = options.ReasoningEffort,
            ReasoningSummary = options.ReasoningSummary,
            Verbosity = options.Verbosity,
            SafetyIdentifier = options.SafetyIdentifier,
            PromptCacheKey = options.PromptCacheKey,
            PromptCacheRetention = options.PromptCacheRetention,
        };
    }

    /// <summary>The attempts of a call. The built-in model's one call says nothing that the step does not.</summary>
    public static AttemptBody[]? Attempts(ModelResult result, ModelTarget target)
    {
        if (result is { Error: null, Attempts: [{ RequestHash: null, Cost: null }] } || result.Attempts.Count == 0)
        {
            return null;
        }

        var attempts = new AttemptBody[result.Attempts.Count];
        for (var i = 0; i < attempts.Length; i++)
        {
            var response = i < result.Exchanges.Count ? result.Exchanges[i] : null;
            attempts[i] = AttemptBody.Of(result.Attempts[i], target.Vendor, target.Model, response);
        }

        return attempts;
    }
}
