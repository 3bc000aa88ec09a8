using System.Collections.Concurrent;
using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Vendors.Pipeline;

namespace OrleansAi.Vendors.Sanity;

/// <summary>Looks an answer over before it counts: is there one, is it whole, is it what was asked for?</summary>
internal sealed class SanityChecks
{
    private readonly Schemas _schemas = new();
    private readonly ConcurrentDictionary<(string Vendor, string Model), TokenCalibration> _calibrations = new();

    public SanityReport Check(ModelCall call, VendorAnswer answer)
    {
        var verdicts = new List<Verdict>();
        Verdict? failure = null;
        if (answer is { Text.Length: 0, Refusal: null, ToolCalls.Count: 0, FinishReason: FinishReason.Stop or FinishReason.ToolCalls })
        {
            Fail(VerdictNames.EmptyAnswer, "Neither text nor refusal nor a function call.");
        }

        if (answer.FinishReason == FinishReason.Length)
        {
            Note(VerdictNames.TruncatedByLength, null);
        }

        if (answer.Text.Length > 0 && TextShape.IsOpen(answer.Text))
        {
            Note(VerdictNames.TruncatedOpen, "A JSON value or a code fence is open at the end.");
        }

        if (answer.Usage is null)
        {
            Note(VerdictNames.UsageMissing, null);
        }

        if (answer.Refusal is not null || answer.FinishReason == FinishReason.Refusal)
        {
            Note(VerdictNames.Refused, null);
        }

        if (answer.FinishReason == FinishReason.ContentFilter)
        {
            Note(VerdictNames.ContentFiltered, null);
        }

        bool? argumentsValid = answer.ToolCalls.Count > 0 ? true : null;
        foreach (var one in answer.ToolCalls)
        {
            if (CheckCall(call, one) is { } found)
            {
                argumentsValid = false;
                Fail(found.Name, found.Detail!);
            }
        }

        string? unwrapped = null;
        if (call.OutputFormat is { } format && answer.Text.Length > 0 && answer.FinishReason == FinishReason.Stop)
        {
            var final = answer.FinalText;
            unwrapped = TextShape.Unwrap(final);
            if (unwrapped is not null)
            {
                Note(VerdictNames.FenceWrapped, null);
            }

            if (CheckOutput(format, unwrapped ?? final) is { } found)
            {
                (found.Name == VerdictNames.SchemaUnusable ? (Action<string, string?>)Note : Fail)(found.Name, found.Detail);
            }
        }

        if (call.Messages.Any(message => message.Role != Role.Assistant && TextShape.IsEcho(answer.Text, message.Text)))
        {
            Note(VerdictNames.PromptEcho, null);
        }

        if (TextShape.IsLoop(answer.Text))
        {
            Note(VerdictNames.RepetitionLoop, null);
        }

        if (Scripts.FindForeign(answer.Text, call.Messages) is { } script)
        {
            Note(VerdictNames.ForeignScript, script);
        }

        var ratio = CheckInput();
        return new SanityReport(verdicts, failure) { Unwrapped = unwrapped, TokenRatio = ratio, ToolArgumentsValid = argumentsValid };

        void Note(string name, string? detail) => verdicts.Add(new Verdict { Name = name, Detail = detail });

        void Fail(string name, string? detail)
        {
            Note(name, detail);
            failure ??= verdicts[^1];
        }

        double? CheckInput()
        {
            // What an image costs is every vendor's own secret.
            if (answer.Usage is not { InputTokens: > 0 } usage || call.Messages.Any(static message => message.Media.Count > 0))
            {
                return null;
            }

            var counted = TokenCount.Of(call);
            var calibration = _calibrations.GetOrAdd((call.Vendor, call.Model), static _ => new TokenCalibration());
            if (calibration.IsTruncated(counted, usage.InputTokens))
            {
                Fail(VerdictNames.InputTruncated, $"The vendor read {usage.InputTokens} tokens of about {counted:0}.");
                return null;
            }

            return usage.InputTokens / counted;
        }
    }

    /// <summary>The one further call that names what was wrong; null when asking again in other words does not help.</summary>
    public static ModelCall? Repair(ModelCall call, VendorAnswer answer, SanityReport report)
    {
        if (report.Failure is not { } failure)
        {
            return null;
        }

        return failure.Name switch
        {
            VerdictNames.OutputOffSchema => call with
            {
                Messages =
                [
                    .. call.Messages,
                    new ModelMessage { Role = Role.Assistant, Text = answer.Text },
                    new ModelMessage
                    {
                        Role = Role.User,
                        Text = $"Your answer is not valid against the schema: {failure.Detail}. Answer again with the JSON value alone.",
                    },
                ],
            },
            VerdictNames.ToolArgumentsNotJson or VerdictNames.ToolArgumentsOffSchema or VerdictNames.UnknownTool => call with
            {
                Messages =
                [
                    .. call.Messages,
                    new ModelMessage { Role = Role.Assistant, Text = answer.Text, ToolCalls = answer.ToolCalls, Reasoning = answer.Reasoning },
                    .. answer.ToolCalls.Select(one => new ModelMessage
                    {
                        Role = Role.User,
                        ToolCallId = one.Id,
                        IsToolError = true,
                        Text = $"The call was not carried out. {failure.Detail} Call again correctly.",
                    }),
                ],
            },
            _ => null,
        };
    }

    private (string Name, string? Detail)? CheckCall(ModelCall call, ModelToolCall made)
    {
        if (call.Tools.FirstOrDefault(tool => tool.Name == made.Name) is not { } tool)
        {
            return (VerdictNames.UnknownTool, $"There is no function of the name that was called; known are {string.Join(", ", call.Tools.Select(static one => one.Name))}.");
        }

        if (!IsJson(made.Arguments, isObject: true))
        {
            return (VerdictNames.ToolArgumentsNotJson, $"The arguments of {made.Name} are not a JSON object.");
        }

        return tool.Parameters is { } parameters && _schemas.Of(parameters).Schema is { } schema
            && Schemas.FirstDifference(schema, made.Arguments) is { } difference
            ? (VerdictNames.ToolArgumentsOffSchema, $"The arguments of {made.Name} are not as its schema says: {difference}.")
            : null;
    }

    private (string Name, string? Detail)? CheckOutput(ModelOutputFormat format, string text)
    {
        if (!IsJson(text, isObject: format.Schema is null))
        {
            return (VerdictNames.OutputOffSchema, "$: it is not JSON");
        }

        if (format.Schema is not { } source)
        {
            return null;
        }

        var read = _schemas.Of(source);
        if (read.Schema is null)
        {
            return (VerdictNames.SchemaUnusable, $"The schema of the answer cannot be used: {read.Unusable}.");
        }

        return Schemas.FirstDifference(read.Schema, text) is { } difference ? (VerdictNames.OutputOffSchema, difference) : null;
    }

    private static bool IsJson(string text, bool isObject)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return !isObject || document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
