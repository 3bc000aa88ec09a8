using OrleansAi.Contracts.Models;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Anthropic;

/// <summary>How much the model shall think, in this vendor's two ways: an effort, or for older models a budget of tokens.</summary>
internal readonly record struct AnthropicThinking
{
    /// <summary>The least budget that the vendor takes.</summary>
    private const int LeastBudget = 1_024;

    /// <summary>Models that know no adaptive thinking, by parts of their names.</summary>
    private static readonly string[] WithBudget = ["claude-3", "-4-0", "-4-1", "-4-2025", "-4-5"];

    /// <summary>The effort to ask for, or null.</summary>
    public string? Effort { get; private init; }

    /// <summary>True when thinking is asked for, and the model decides how much.</summary>
    public bool IsAdaptive { get; private init; }

    /// <summary>The most tokens to think with; null where thinking is not asked for by a budget.</summary>
    public int? Budget { get; private init; }

    /// <summary>The most tokens that the model may write, thoughts included.</summary>
    public int MaxTokens { get; private init; }

    /// <summary>What a call asks for.</summary>
    public static AnthropicThinking Of(ModelCall call, string model)
    {
        var asked = call.Sampling.MaxOutputTokens;
        if (call.ReasoningEffort is null or "none" || call.ReasoningEffort is not { } effort)
        {
            return new AnthropicThinking { MaxTokens = asked ?? AnthropicRequest.DefaultMaxTokens };
        }

        var room = effort switch
        {
            "minimal" => 0,
            "low" => 2_048,
            "medium" => 8_192,
            "high" => 16_384,
            _ => throw VendorErrors.Unsupported(
                $"Anthropic's Messages API has no reasoning effort '{effort}'; known are minimal, low, medium and high.",
                "reasoning.effort"),
        };
        var most = asked ?? AnthropicRequest.DefaultMaxTokens + room;

        // The vendor does not take thinking together with a forced call.
        var isForced = call.Tools.Count > 0 && call.ToolChoice?.Mode is ToolChoiceMode.Required or ToolChoiceMode.Function;
        var isAsked = room > 0 && !isForced;
        if (!HasBudget(model))
        {
            return new AnthropicThinking { Effort = room > 0 ? effort : "low", IsAdaptive = isAsked, MaxTokens = most };
        }

        if (!isAsked)
        {
            return new AnthropicThinking { MaxTokens = most };
        }

        return most > LeastBudget
            ? new AnthropicThinking { Budget = asked is null ? room : Math.Min(room, Math.Max(LeastBudget, most / 2)), MaxTokens = most }
            : throw VendorErrors.Unsupported(
                $"{model} thinks with at least {LeastBudget} tokens; the limit of {most} output tokens leaves no room for them.",
                "max_output_tokens");
    }

    private static bool HasBudget(string model) => !model.Contains("claude", StringComparison.OrdinalIgnoreCase)
        || WithBudget.Any(part => model.Contains(part, StringComparison.OrdinalIgnoreCase));
}
