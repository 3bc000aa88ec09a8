using System.Text.Json.Serialization;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Engine.Records;

/// <summary>The output of a step that was given to a run, inside its admission.</summary>
public sealed class GivenOutput
{
    /// <summary>The step's place in the run's chain.</summary>
    [JsonPropertyName("i")]
    public int Step { get; init; }

    /// <summary>The text.</summary>
    [JsonPropertyName("x")]
    public required StoredText Text { get; init; }

    /// <summary>The refusal.</summary>
    [JsonPropertyName("no")]
    public StoredText? Refusal { get; init; }

    /// <summary>The thoughts.</summary>
    [JsonPropertyName("thoughts")]
    public StoredText? Reasoning { get; init; }

    /// <summary>What vendors want back of the thoughts.</summary>
    [JsonPropertyName("from")]
    public IReadOnlyList<StoredOrigin>? ReasoningOrigins { get; init; }

    /// <summary>The functions called.</summary>
    [JsonPropertyName("tools")]
    public IReadOnlyList<StoredCall>? ToolCalls { get; init; }

    /// <summary>Why the model stopped.</summary>
    [JsonPropertyName("finish")]
    public FinishReason FinishReason { get; init; }

    /// <summary>Makes an output ready to be stored.</summary>
    public static GivenOutput Of(GivenStep given)
    {
        var settled = SettledOutput.OfWhole(new ModelResult
        {
            Text = given.Text,
            Refusal = given.Refusal,
            Reasoning = given.Reasoning,
            ToolCalls = given.ToolCalls,
        });
        return new GivenOutput
        {
            Step = given.Step,
            Text = settled.Text,
            Refusal = settled.Refusal,
            Reasoning = settled.Reasoning,
            ReasoningOrigins = settled.ReasoningOrigins,
            ToolCalls = settled.ToolCalls,
            FinishReason = given.FinishReason,
        };
    }

    /// <summary>The output as that of a model.</summary>
    public ModelOutput ToOutput() => new()
    {
        Text = Copy(Text),
        Refusal = Refusal is null ? null : Copy(Refusal),
        Reasoning = Reasoning is null ? null : Copy(Reasoning),
        ReasoningOrigins = ReasoningOrigins is null ? null :
        [
            .. ReasoningOrigins.Select(static origin => StoredOrigin.Of(origin.ToOrigin())),
        ],
        ToolCalls = ToolCalls is null ? null :
        [
            .. ToolCalls.Select(static call => new StoredCall
            {
                Id = call.Id,
                Name = call.Name,
                Arguments = Copy(call.Arguments),
                Opaque = call.Opaque is null ? null : Copy(call.Opaque),
                Vendor = call.Vendor,
            }),
        ],
        FinishReason = FinishReason,
        IsGiven = true,
    };

    /// <summary>The texts of the output.</summary>
    public IEnumerable<StoredText> Texts() =>
    [
        Text,
        .. new[] { Refusal, Reasoning }.OfType<StoredText>(),
        .. (ToolCalls ?? []).SelectMany(static call => call.Texts()),
        .. StoredItem.TextsOf(null, null, ReasoningOrigins),
    ];

    // A text of another record: where it stands apart is this record's own business.
    private static StoredText Copy(StoredText text) => StoredText.Of(text.Text);
}

/// <summary>The output that a call of a function got, inside a record.</summary>
public sealed class StoredToolAnswer
{
    /// <summary>The call's id; null for one of the outputs that are known.</summary>
    [JsonPropertyName("id")]
    public string? CallId { get; init; }

    /// <summary>The function's name.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The arguments.</summary>
    [JsonPropertyName("args")]
    public required StoredText Arguments { get; init; }

    /// <summary>The output.</summary>
    [JsonPropertyName("x")]
    public required StoredText Output { get; init; }

    /// <summary>The run in whose input the output stands; null for one given by hand.</summary>
    [JsonPropertyName("run")]
    public string? RunId { get; init; }

    /// <summary>Makes an output ready to be stored.</summary>
    public static StoredToolAnswer Of(ToolAnswer answer, string? callId) => new()
    {
        CallId = callId,
        Name = answer.Name,
        Arguments = StoredText.Of(answer.Arguments),
        Output = StoredText.Of(answer.Output),
        RunId = answer.RunId,
    };

    /// <summary>The output as its reader sees it.</summary>
    public ToolAnswer ToAnswer() => new()
    {
        CallId = CallId ?? "",
        Name = Name,
        Arguments = Arguments.Text,
        Output = Output.Text,
        RunId = RunId,
    };

    /// <summary>The texts.</summary>
    public IEnumerable<StoredText> Texts() => [Arguments, Output];
}
