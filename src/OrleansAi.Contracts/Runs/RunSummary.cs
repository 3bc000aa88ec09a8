namespace OrleansAi.Contracts.Runs;

/// <summary>A line of a list of runs.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.run-summary")]
public sealed record RunSummary
{
    /// <summary>The run's id.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The conversation that the run belongs to.</summary>
    [Id(1)]
    public required string ConversationId { get; init; }

    /// <summary>The run's state.</summary>
    [Id(2)]
    public required RunStatus Status { get; init; }

    /// <summary>The route.</summary>
    [Id(3)]
    public required string Model { get; init; }

    /// <summary>When the run was admitted, Unix milliseconds.</summary>
    [Id(4)]
    public required long CreatedAt { get; init; }

    /// <summary>When the run ended, Unix milliseconds.</summary>
    [Id(5)]
    public long? CompletedAt { get; init; }

    /// <summary>Who wakes the run while it is open: the silo that owns it.</summary>
    [Id(6)]
    public string? Waker { get; init; }

    /// <summary>The run that this one is a fork of; null for any other run.</summary>
    [Id(7)]
    public string? ForkedFrom { get; init; }
}

/// <summary>Which runs to list. All conditions hold at once.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.run-query")]
public sealed record RunQuery
{
    /// <summary>Only runs of this conversation.</summary>
    [Id(0)]
    public string? Conversation { get; init; }

    /// <summary>Only runs in this state.</summary>
    [Id(1)]
    public RunStatus? Status { get; init; }

    /// <summary>Only runs of this route.</summary>
    [Id(2)]
    public string? Model { get; init; }

    /// <summary>Only runs admitted at or after, Unix milliseconds.</summary>
    [Id(3)]
    public long? Since { get; init; }

    /// <summary>Only runs admitted before, Unix milliseconds.</summary>
    [Id(4)]
    public long? Until { get; init; }

    /// <summary>Only runs after this one in the list, that is the last id of the page before.</summary>
    [Id(5)]
    public string? Cursor { get; init; }

    /// <summary>1 to 200; the default value is 50.</summary>
    [Id(6)]
    public int Limit { get; init; } = 50;

    /// <summary>Only runs whose id begins so; null for all.</summary>
    [Id(7)]
    public string? IdPrefix { get; init; }

    /// <summary>True for the oldest first.</summary>
    [Id(8)]
    public bool Ascending { get; init; }

    /// <summary>True for only the first choices of listed chat completions that ended with an answer.</summary>
    [Id(9)]
    public bool Listed { get; init; }

    /// <summary>Only the further choices of this listed chat completion.</summary>
    [Id(10)]
    public string? ChoicesOf { get; init; }

    /// <summary>Only forks of this run.</summary>
    [Id(11)]
    public string? ForkedFrom { get; init; }

    /// <summary>
    /// True for only the newest run of each conversation that callers know, the newest conversations first; <see cref="Cursor"/> is then a
    /// conversation, and no other condition is looked at.
    /// </summary>
    [Id(12)]
    public bool ByConversation { get; init; }
}

/// <summary>A page of runs, newest first.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.run-page")]
public sealed record RunPage
{
    /// <summary>The runs.</summary>
    [Id(0)]
    public required IReadOnlyList<RunSummary> Runs { get; init; }

    /// <summary>True when more follow.</summary>
    [Id(1)]
    public bool HasMore { get; init; }
}

/// <summary>A run with its whole chain.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.run-trace")]
public sealed record RunTrace
{
    /// <summary>The run.</summary>
    [Id(0)]
    public required RunView Run { get; init; }

    /// <summary>The steps, in order.</summary>
    [Id(1)]
    public required IReadOnlyList<StepView> Steps { get; init; }

    /// <summary>How often a process took the run up again after its owner died.</summary>
    [Id(2)]
    public int Recoveries { get; init; }

    /// <summary>Who wakes the run while it is open.</summary>
    [Id(3)]
    public string? Waker { get; init; }

    /// <summary>Every process that took the run up, in order.</summary>
    [Id(4)]
    public IReadOnlyList<RunAttempt> Attempts { get; init; } = [];

    /// <summary>What the time went into; null while the run is open.</summary>
    [Id(5)]
    public RunTiming? Timing { get; init; }

    /// <summary>What the calls to vendors cost together, in the currency of the configured prices; null where none has a price.</summary>
    [Id(6)]
    public decimal? Cost { get; init; }

    /// <summary>The run that this one is a fork of; null for any other run.</summary>
    [Id(7)]
    public ForkOrigin? ForkedFrom { get; init; }

    /// <summary>SHA-256 of the instructions, in lower-case hexadecimal; null without instructions, or where they are destroyed.</summary>
    [Id(8)]
    public string? InstructionsHash { get; init; }

    /// <summary>What has become of a fork that was promoted; null for any other run.</summary>
    [Id(9)]
    public Promotion? Promotion { get; init; }

    /// <summary>The fork whose turn stands in the place of this run's; null where none does.</summary>
    [Id(10)]
    public string? ReplacedBy { get; init; }
}
