namespace OrleansAi.Contracts.Models;

/// <summary>One message of an answer.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.model-output-message")]
public sealed record ModelOutputMessage
{
    /// <summary>How much of the answer's text is its text, in UTF-16 units; 0 for one that only refuses.</summary>
    [Id(0)]
    public required int Length { get; init; }

    /// <summary><c>commentary</c> or <c>final_answer</c>, where the vendor says so.</summary>
    [Id(1)]
    public string? Phase { get; init; }

    /// <summary>A JSON array of what the text refers to; null for nothing.</summary>
    [Id(2)]
    public string? Annotations { get; init; }

    /// <summary>How many of the answer's function calls stand before it.</summary>
    [Id(3)]
    public int CallsBefore { get; init; }
}
