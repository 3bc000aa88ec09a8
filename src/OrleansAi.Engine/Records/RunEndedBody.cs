using System.Text.Json.Serialization;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Engine.Records;

/// <summary>The body of a run's end, with its whole chain.</summary>
public sealed class RunEndedBody : RecordBody
{
    /// <summary>The run's id.</summary>
    [JsonPropertyName("run")]
    public required string RunId { get; init; }

    /// <summary>Where the run's admission stands.</summary>
    [JsonPropertyName("adm")]
    public required long AdmittedPosition { get; init; }

    /// <summary>How the run ended.</summary>
    [JsonPropertyName("status")]
    public required RunStatus Status { get; init; }

    /// <summary>When the run ended, Unix milliseconds.</summary>
    [JsonPropertyName("at")]
    public required long EndedAt { get; init; }

    /// <summary>The attempt that ended the run, from 1.</summary>
    [JsonPropertyName("attempt")]
    public int Attempt { get; init; } = 1;

    /// <summary>How often the run was recovered.</summary>
    [JsonPropertyName("recoveries")]
    public int Recoveries { get; init; }

    /// <summary>Why the answer is cut.</summary>
    [JsonPropertyName("cut")]
    public string? IncompleteReason { get; init; }

    /// <summary>Why the run failed.</summary>
    [JsonPropertyName("error")]
    public RunError? Error { get; init; }

    /// <summary>The executed steps, in order.</summary>
    [JsonPropertyName("steps")]
    public required IReadOnlyList<StepBody> Steps { get; init; }

    /// <summary>What the model wrote; null when it was not called or nothing came.</summary>
    [JsonIgnore]
    public ModelOutput? ModelOutput
    {
        get
        {
            for (var i = Steps.Count - 1; i >= 0; i--)
            {
                if (Steps[i].Model is { } output)
                {
                    return output;
                }
            }

            return null;
        }
    }

    /// <inheritdoc />
    public override IEnumerable<StoredText> Texts() => Steps.SelectMany(static step => step.Texts());
}
