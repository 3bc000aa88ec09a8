using System.Text;
using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Gemini;

/// <summary>Gathers and checks an answer, whole or in pieces.</summary>
/// <param name="vendor">The vendor's configured name.</param>
/// <param name="requestId">The vendor's own id of the request, from the headers.</param>
/// <param name="place">How many messages are before the answer: it tells apart the ids of calls where the vendor gives none at all.</param>
internal sealed class GeminiAnswer(string vendor, string? requestId, int place)
{
    private readonly StringBuilder _text = new();
    private readonly List<ModelToolCall> _calls = [];
    private readonly GeminiThoughts _thoughts = new(vendor);
    private string? _model;
    private string? _id;
    private string? _finish;
    private string? _blocked;
    private Usage? _usage;
    private bool _hasCandidate;
    private bool _hasParts;

    /// <summary>Takes an answer or a piece of it in, and adds to <paramref name="pieces"/> what can be handed over.</summary>
    /// <exception cref="VendorException">It is an error, or not as the contract says.</exception>
    public void Add(GeminiResponseWire response, List<ModelDelta> pieces)
    {
        if (response.Error is { ValueKind: not JsonValueKind.Null } error)
        {
            throw GeminiErrors.InBody(error);
        }

        _model = response.ModelVersion ?? _model;
        _id = response.ResponseId ?? _id;
        _usage = Convert(response.UsageMetadata) ?? _usage;
        _blocked = response.PromptFeedback?.BlockReason ?? _blocked;
        if (response.Candidates is not [var candidate, ..])
        {
            return;
        }

        _hasCandidate = true;
        _finish = candidate.FinishReason is { Length: > 0 } reason ? reason : _finish;
        foreach (var part in candidate.Content?.Parts ?? [])
        {
            _hasParts = true;
            Add(part, pieces);
        }
    }

    /// <summary>The answer, once it has ended.</summary>
    /// <exception cref="VendorException">It has no finish reason, or is not as the contract says.</exception>
    public VendorAnswer Finish(bool isStream)
    {
        if (_finish is null && _blocked is not null)
        {
            // The prompt was refused before a word was written: what other vendors answer with an error.
            throw VendorErrors.Of(VendorFault.ContentPolicy, $"The vendor's policy refused the input: {VendorErrors.Short(_blocked)}.", 200, null);
        }

        if (_finish is null)
        {
            throw isStream ? VendorErrors.Cut()
                : VendorErrors.Contract(_hasCandidate ? "$.candidates[0].finishReason is missing." : "$.candidates has no element.");
        }

        return new VendorAnswer(_text.ToString(), Refusal: null, Finish(_finish))
        {
            Usage = _usage,
            ServedModel = _model,
            RequestId = requestId ?? _id,
            ToolCalls = _calls,
            Reasoning = _thoughts.ToList(),
        };
    }

    private FinishReason Finish(string? reason)
    {
        switch (reason)
        {
            case "STOP" when _calls.Count > 0:
                return FinishReason.ToolCalls;
            case "STOP" when !_hasParts:
                throw GeminiErrors.Spoilt("it stopped without a word (STOP, and no parts).");
            case "STOP":
                return FinishReason.Stop;
            case "MAX_TOKENS":
                return FinishReason.Length;
            case null or "SAFETY" or "RECITATION" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "LANGUAGE":
            case "IMAGE_SAFETY" or "IMAGE_PROHIBITED_CONTENT" or "IMAGE_RECITATION":
                return FinishReason.ContentFilter;
            case "MALFORMED_FUNCTION_CALL" or "UNEXPECTED_TOOL_CALL" or "TOO_MANY_TOOL_CALLS" or "MALFORMED_RESPONSE":
                throw GeminiErrors.Spoilt($"the model's own call went wrong ({reason}).");
            case "OTHER" or "NO_IMAGE" or "IMAGE_OTHER":
                throw GeminiErrors.Spoilt($"it stopped for no reason that it names ({reason}).");
            default:
                throw VendorErrors.Contract($"the finish reason '{VendorErrors.Short(reason)}' is not known.");
        }
    }

    private void Add(GeminiPartWire part, List<ModelDelta> pieces)
    {
        if (part.FunctionCall is { } call)
        {
            AddCall(call, part.ThoughtSignature, pieces);
        }
        else if (part.Thought is true)
        {
            _thoughts.Add(part.Text, part.ThoughtSignature);
            Hand(ModelDeltaKind.Reasoning, part.Text, pieces);
        }
        else
        {
            // A part of a new kind has neither text nor signature, and nothing comes of it.
            _text.Append(part.Text);
            _thoughts.Sign(part.ThoughtSignature);
            Hand(ModelDeltaKind.Text, part.Text, pieces);
        }
    }

    private void AddCall(GeminiCallWire call, string? signature, List<ModelDelta> pieces)
    {
        var index = _calls.Count;
        var made = new ModelToolCall
        {
            Id = call.Id is { Length: > 0 } id ? id : $"call_{_id ?? place.ToString(System.Globalization.CultureInfo.InvariantCulture)}_{index}",
            Name = call.Name is { Length: > 0 } name
                ? name
                : throw VendorErrors.Contract($"$.candidates[0].content.parts has a functionCall ({index}) without a name."),
            Arguments = call.Args is { ValueKind: not JsonValueKind.Null } args ? args.GetRawText() : "{}",
            Opaque = signature,
            Vendor = signature is null ? null : vendor,
        };
        _calls.Add(made);
        pieces.Add(new ModelDelta { Kind = ModelDeltaKind.ToolCall, Index = index, CallId = made.Id, Name = made.Name });
        pieces.Add(new ModelDelta { Kind = ModelDeltaKind.ToolArguments, Index = index, Text = made.Arguments });
    }

    private static void Hand(ModelDeltaKind kind, string? text, List<ModelDelta> pieces)
    {
        if (text is { Length: > 0 })
        {
            pieces.Add(new ModelDelta { Kind = kind, Text = text });
        }
    }

    private static Usage? Convert(GeminiUsageWire? usage)
    {
        if (usage is null)
        {
            return null;
        }

        var converted = new Usage
        {
            InputTokens = (usage.PromptTokenCount ?? 0) + (usage.ToolUsePromptTokenCount ?? 0),
            OutputTokens = (usage.CandidatesTokenCount ?? 0) + (usage.ThoughtsTokenCount ?? 0),
            CachedTokens = usage.CachedContentTokenCount ?? 0,
            ReasoningTokens = usage.ThoughtsTokenCount ?? 0,
        };
        return converted is { InputTokens: >= 0, OutputTokens: >= 0, CachedTokens: >= 0, ReasoningTokens: >= 0 }
            ? converted
            : throw VendorErrors.Contract("$.usageMetadata has a number of tokens below zero.");
    }
}
