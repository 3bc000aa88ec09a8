using System.Text.Json.Serialization;

namespace OrleansAi.Engine.Records;

/// <summary>What an attempt had sent when it was cut.</summary>
public sealed class AbandonedOutput
{
    /// <summary>The attempt.</summary>
    [JsonPropertyName("attempt")]
    public required int Attempt { get; init; }

    /// <summary>Its text.</summary>
    [JsonPropertyName("x")]
    public required StoredText Text { get; init; }

    /// <summary>Its refusal.</summary>
    [JsonPropertyName("no")]
    public StoredText? Refusal { get; init; }

    /// <summary>Its thoughts.</summary>
    [JsonPropertyName("thoughts")]
    public StoredText? Reasoning { get; init; }

    /// <summary>Its function calls.</summary>
    [JsonPropertyName("tools")]
    public IReadOnlyList<StoredCall>? ToolCalls { get; init; }

    /// <summary>How its stream was cut into deltas.</summary>
    [JsonPropertyName("chunks")]
    public string? Deltas { get; init; }

    /// <summary>What the marks among the deltas say.</summary>
    [JsonPropertyName("msgs")]
    public IReadOnlyList<StoredMessage>? Messages { get; init; }

    /// <summary>The texts of the attempt.</summary>
    public IEnumerable<StoredText> Texts()
    {
        yield return Text;
        if (Refusal is not null)
        {
            yield return Refusal;
        }

        if (Reasoning is not null)
        {
            yield return Reasoning;
        }

        foreach (var text in (ToolCalls ?? []).SelectMany(static call => call.Texts()).Concat(StoredMessage.TextsOf(Messages)))
        {
            yield return text;
        }
    }
}
