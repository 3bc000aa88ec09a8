namespace OrleansAi.Contracts.Runs;

/// <summary>One executed step of a run, as it was recorded.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.step-view")]
public sealed record StepView
{
    /// <summary>The step's place in the run, from 0.</summary>
    [Id(0)]
    public required int Index { get; init; }

    /// <summary>The kind of step.</summary>
    [Id(1)]
    public required Stage Stage { get; init; }

    /// <summary>How often the step was begun, from 1.</summary>
    [Id(2)]
    public required int Attempt { get; init; }

    /// <summary>How it ended: <c>ok</c> or an error code.</summary>
    [Id(3)]
    public required string Outcome { get; init; }

    /// <summary>SHA-256 of the step's input, in lower-case hexadecimal.</summary>
    [Id(4)]
    public required string InputHash { get; init; }

    /// <summary>SHA-256 of the step's output, in lower-case hexadecimal; empty when there is none.</summary>
    [Id(5)]
    public required string OutputHash { get; init; }

    /// <summary>When the step began, Unix milliseconds.</summary>
    [Id(6)]
    public required long StartedAt { get; init; }

    /// <summary>How long it took, microseconds.</summary>
    [Id(7)]
    public required long DurationMicroseconds { get; init; }

    /// <summary>The silo that executed it.</summary>
    [Id(8)]
    public required string Silo { get; init; }

    /// <summary>The vendor that answered, where one was called.</summary>
    [Id(9)]
    public string? Vendor { get; init; }

    /// <summary>The model that the vendor says answered.</summary>
    [Id(10)]
    public string? ServedModel { get; init; }

    /// <summary>Tokens billed, where a vendor was called.</summary>
    [Id(11)]
    public Usage? Usage { get; init; }

    /// <summary>The error, when the outcome is one.</summary>
    [Id(12)]
    public RunError? Error { get; init; }

    /// <summary>The calls to a vendor that this step made, in order.</summary>
    [Id(13)]
    public IReadOnlyList<VendorAttempt> VendorAttempts { get; init; } = [];

    /// <summary>What the sanity checks found in the step's output; empty for a sound one.</summary>
    [Id(14)]
    public IReadOnlyList<Models.Verdict> Verdicts { get; init; } = [];

    /// <summary>What the step was carried out by; null in records of earlier builds.</summary>
    [Id(15)]
    public ExecutionOrigin? Origin { get; init; }

    /// <summary>Where the route led, of prompt assembly.</summary>
    [Id(16)]
    public RouteDecision? Route { get; init; }

    /// <summary>What was taken of the conversation, of prompt assembly.</summary>
    [Id(17)]
    public ContextRange? History { get; init; }

    /// <summary>The vendor's fingerprint of what answered.</summary>
    [Id(18)]
    public string? Fingerprint { get; init; }

    /// <summary>What the calls of the step cost together, in the currency of the configured prices; null where none of them has a price.</summary>
    [Id(19)]
    public decimal? Cost { get; init; }

    /// <summary>True when the output was given to the run and not made by it.</summary>
    [Id(20)]
    public bool IsGiven { get; init; }

    /// <summary>What was retrieved, of a retrieval.</summary>
    [Id(21)]
    public Retrieval.RetrievalView? Retrieval { get; init; }

    /// <summary>What was considered for the model call, of a prompt assembly; null where nothing was noted or it was destroyed.</summary>
    [Id(22)]
    public IReadOnlyList<Retrieval.ContextPiece>? Context { get; init; }
}
