using System.Text.Json.Serialization;
using OrleansAi.Contracts.Models;

namespace OrleansAi.Engine.Records;

/// <summary>What is to be said of a message of an answer besides its text, inside a record.</summary>
public sealed record StoredMessage
{
    /// <summary>How much of the text is its text, in UTF-16 units; only of a message that came whole.</summary>
    [JsonPropertyName("n")]
    public int Length { get; init; }

    /// <summary><c>commentary</c> or <c>final_answer</c>.</summary>
    [JsonPropertyName("p")]
    public string? Phase { get; init; }

    /// <summary>How many function calls stand before it; only of a message that came whole.</summary>
    [JsonPropertyName("c")]
    public int CallsBefore { get; init; }

    /// <summary>A JSON array of what the text refers to.</summary>
    [JsonPropertyName("notes")]
    public StoredText? Annotations { get; init; }

    /// <summary>Makes a message ready to be stored.</summary>
    public static StoredMessage Of(ModelOutputMessage message) => new()
    {
        Length = message.Length,
        Phase = message.Phase,
        CallsBefore = message.CallsBefore,
        Annotations = StoredText.OfOptional(message.Annotations),
    };

    /// <summary>The texts of some messages.</summary>
    internal static IEnumerable<StoredText> TextsOf(IReadOnlyList<StoredMessage>? messages) =>
        messages is null ? [] : messages.Select(static message => message.Annotations).OfType<StoredText>();
}
