using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Vendors.Wire;

/// <summary>
/// Puts the transcript of a call in the order that a vendor takes, whichever vendors the turns before came from: every
/// function call is answered right behind its message (invariant 6), what is for another vendor's eyes is left out, ids
/// have the vendor's form. The words themselves are never changed.
/// </summary>
internal static class Transcript
{
    /// <summary>What stands for the output of a call that has none.</summary>
    public const string NoOutput = "The function was not carried out.";

    /// <summary>What stands before an output whose call is no longer in view.</summary>
    public const string LostCall = "The output of an earlier function call: ";

    /// <summary>The first user message of a transcript that has none.</summary>
    public const string Opening = "(The conversation goes on.)";

    /// <summary>The messages for the vendor of the call; the call's own list when nothing has to change.</summary>
    public static IReadOnlyList<ModelMessage> Project(ModelCall call, TranscriptRules rules)
    {
        if (IsPlain(call.Messages, rules))
        {
            return call.Messages;
        }

        var system = new List<ModelMessage>();
        var others = new List<ModelMessage>(call.Messages.Count + 1);
        foreach (var message in call.Messages)
        {
            (rules.SystemInFront && IsSystem(message) ? system : others).Add(message);
        }

        var outputs = Outputs(others);
        var projected = new List<ModelMessage>(call.Messages.Count + 1);
        projected.AddRange(system);
        var answered = new HashSet<string>(StringComparer.Ordinal);
        foreach (var message in others)
        {
            if (message.ToolCallId is { } id)
            {
                // Its place is behind its call, where it was put already; without a call in view it is told as text.
                if (!answered.Contains(id))
                {
                    projected.Add(new ModelMessage
                    {
                        Role = Role.User,
                        Text = LostCall + message.Text,
                        Media = [.. message.Media.Select(static media => media with { Position = media.Position + LostCall.Length })],
                    });
                }

                continue;
            }

            AddMessage(projected, message, call.Vendor, rules, outputs, answered);
        }

        if (rules.UserFirst)
        {
            var first = projected.FindIndex(static message => !IsSystem(message));
            if (first < 0 || projected[first].Role != Role.User || projected[first].ToolCallId is not null)
            {
                projected.Insert(first < 0 ? projected.Count : first, new ModelMessage { Role = Role.User, Text = Opening });
            }
        }

        return projected;
    }

    private static void AddMessage(
        List<ModelMessage> projected,
        ModelMessage message,
        string vendor,
        TranscriptRules rules,
        Dictionary<string, ModelMessage> outputs,
        HashSet<string> answered)
    {
        // A call that was answered before is a doubled one: vendors refuse two calls of one id.
        var calls = message.ToolCalls.Where(call => answered.Add(call.Id)).ToList();
        if (message.Text.Length == 0 && message.Media.Count == 0 && calls.Count == 0)
        {
            return;
        }

        projected.Add(message with
        {
            Reasoning = [.. message.Reasoning.Where(thought => thought.Vendor == vendor)],
            ToolCalls =
            [
                .. calls.Select(call => call with
                {
                    Id = rules.ToolCallId(call.Id),
                    Opaque = call.Vendor == vendor ? call.Opaque : null,
                }),
            ],
        });
        foreach (var call in calls)
        {
            projected.Add(outputs.TryGetValue(call.Id, out var output)
                ? output with { ToolCallId = rules.ToolCallId(call.Id) }
                : new ModelMessage { Role = Role.User, Text = NoOutput, ToolCallId = rules.ToolCallId(call.Id), IsToolError = true });
        }
    }

    private static Dictionary<string, ModelMessage> Outputs(List<ModelMessage> messages)
    {
        var outputs = new Dictionary<string, ModelMessage>(StringComparer.Ordinal);
        foreach (var message in messages)
        {
            if (message.ToolCallId is { } id)
            {
                outputs.TryAdd(id, message);
            }
        }

        return outputs;
    }

    // Nearly every call of nearly every conversation: text alone, in an order that every vendor takes.
    private static bool IsPlain(IReadOnlyList<ModelMessage> messages, TranscriptRules rules)
    {
        var hasOther = false;
        foreach (var message in messages)
        {
            if (message.ToolCallId is not null || message.ToolCalls.Count > 0 || message.Reasoning.Count > 0 || message.Text.Length == 0)
            {
                return false;
            }

            if (!IsSystem(message))
            {
                if (rules.UserFirst && !hasOther && message.Role != Role.User)
                {
                    return false;
                }

                hasOther = true;
            }
            else if (rules.SystemInFront && hasOther)
            {
                return false;
            }
        }

        return hasOther || !rules.UserFirst;
    }

    private static bool IsSystem(ModelMessage message) => message.Role is Role.System or Role.Developer;
}
