using System.Text.Json.Nodes;

namespace OrleansAi.VendorSimulator.Wires;

/// <summary>The quirks that are the same on every wire: what the model writes, whoever carries it.</summary>
internal static class Quirks
{
    /// <summary>The reply as a vendor with the quirk gives it.</summary>
    public static Reply Apply(SimulatedCall call, Reply reply) => reply.Quirk switch
    {
        // Code in fences where bare code was usual.
        1 => reply with { Text = $"```\n{reply.Text}\n```" },

        // Tokens of another script in the middle of an English text.
        2 => reply with { Text = reply.Text.Insert(reply.Text.Length / 2, " สวัสดี ") },

        // A deployment that has moved to another model.
        5 => reply with { ServedModel = call.Model + "-next-generation" },

        // Another server of the same open model, less careful with schemas.
        19 => reply with { ToolCalls = [.. reply.ToolCalls.Select(static one => one with { Arguments = """{"unexpected":"value"}""" })] },

        // The front of a long prompt was cut in silence.
        12 => reply with { InputTokens = 64 },
        14 when reply.ToolCalls.Count > 0 => reply with
        {
            ToolCalls =
            [
                new SimulatedToolCall("multi_tool_use.parallel", new JsonObject
                {
                    ["tool_uses"] = new JsonArray([.. reply.ToolCalls.Select(static one => (JsonNode)new JsonObject
                    {
                        ["recipient_name"] = "functions." + one.Name,
                        ["parameters"] = JsonNode.Parse(one.Arguments.Length == 0 ? "{}" : one.Arguments),
                    })]),
                }.ToJsonString()),
            ],
        },
        15 => reply with { ToolCalls = [.. reply.ToolCalls.Select(static one => one with { Name = one.Name + "<|channel|>commentary" })] },
        _ => reply,
    };

    /// <summary>Why a vendor with the quirk refuses the request; null when it does not.</summary>
    public static string? Refuse(SimulatedCall call, Reply reply) => reply.Quirk switch
    {
        18 when call.Body["temperature"] is not null => "temperature: this model does not support setting it",
        27 when call.Model.EndsWith("-minor", StringComparison.Ordinal) =>
            "Please ensure that function call turn comes immediately after a user turn or after a function response turn.",
        _ => null,
    };
}
