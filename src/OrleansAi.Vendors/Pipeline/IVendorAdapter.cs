using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>What a vendor answered to one call, validated and in no vendor's own words.</summary>
internal sealed record VendorAnswer(string Text, string? Refusal, FinishReason FinishReason)
{
    public Usage? Usage { get; init; }

    public string? ServedModel { get; init; }

    public string? RequestId { get; init; }

    public string? Fingerprint { get; init; }

    public IReadOnlyList<ModelToolCall> ToolCalls { get; init; } = [];

    public IReadOnlyList<ModelReasoning> Reasoning { get; init; } = [];

    /// <summary>The messages that the text is made of; null for one of which the text is all there is to say.</summary>
    public IReadOnlyList<ModelOutputMessage>? Messages { get; init; }

    /// <summary>The answer itself: the text without what was said on the way to it.</summary>
    public string FinalText => Messages is { Count: > 1 } && Messages.Any(IsFinal)
        ? string.Concat(Parts().Where(static part => IsFinal(part.Message)).Select(static part => part.Text))
        : Text;

    /// <summary>What had to be put right in the vendor's words, one short sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The answer with other words in the place of <see cref="FinalText"/>; what was said on the way to it stays.</summary>
    public VendorAnswer WithFinalText(string text)
    {
        if (Messages is null)
        {
            return this with { Text = text };
        }

        // The citations of the text point into words that are gone.
        var last = Messages.LastOrDefault(IsFinal) ?? Messages[^1];
        var parts = Parts().Where(part => ReferenceEquals(part.Message, last) || !IsFinal(part.Message))
            .Select(part => ReferenceEquals(part.Message, last)
                ? (Message: last with { Length = text.Length, Annotations = null }, Text: text)
                : part)
            .ToList();
        return this with
        {
            Text = string.Concat(parts.Select(static part => part.Text)),
            Messages = [.. parts.Select(static part => part.Message)],
        };
    }

    private static bool IsFinal(ModelOutputMessage message) => message.Phase != MessagePhases.Commentary && message.Length > 0;

    private IEnumerable<(ModelOutputMessage Message, string Text)> Parts()
    {
        var start = 0;
        foreach (var message in Messages ?? [])
        {
            yield return (message, Text.Substring(start, message.Length));
            start += message.Length;
        }
    }
}

/// <summary>
/// Speaks one vendor's wire format. Makes exactly one call each time: deadlines, retries and limits are around it.
/// </summary>
internal interface IVendorAdapter
{
    /// <summary>The provider's name in the OpenTelemetry GenAI conventions.</summary>
    string Provider { get; }

    /// <summary>The name of the API whose contract its answers are held to, for example <c>openai.chat</c>; null for none.</summary>
    string? Api => null;

    /// <summary>Where the calls go to; null when they stay in the process.</summary>
    Uri? Address { get; }

    /// <summary>Makes a call.</summary>
    /// <exception cref="VendorException">It failed.</exception>
    Task<VendorAnswer> CompleteAsync(ModelCall call, CancellationToken cancellationToken);

    /// <summary>Makes a call and hands every piece over as it comes.</summary>
    /// <exception cref="VendorException">It failed, or ended without the vendor's terminal event.</exception>
    Task<VendorAnswer> StreamAsync(ModelCall call, Func<ModelDelta, ValueTask> onDelta, CancellationToken cancellationToken);
}
