using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Retrieval;

namespace OrleansAi.Engine.Runs;

/// <summary>How a run is carried out. One code path; only the reader of recorded steps differs.</summary>
public enum RunMode
{
    /// <summary>Take what is recorded and execute the rest. With nothing recorded this is a fresh run.</summary>
    Execute,

    /// <summary>Take every result from the record, call nothing, and compare every input with the recorded one.</summary>
    Replay,
}

/// <summary>Everything that a run is carried out from.</summary>
public sealed record RunPlan
{
    /// <summary>The admission.</summary>
    public required RunAdmittedBody Admitted { get; init; }

    /// <summary>The conversation, for telemetry alone; null where none is told of.</summary>
    public string? ConversationId { get; init; }

    /// <summary>Where the admission stands.</summary>
    public required long AdmittedPosition { get; init; }

    /// <summary>The turns of history that fit, oldest first.</summary>
    public required IReadOnlyList<Turn> History { get; init; }

    /// <summary>True when there is more history than fits.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>How the run is carried out.</summary>
    public RunMode Mode { get; init; }

    /// <summary>How much is recorded of the run.</summary>
    public RecordingLevel Recording { get; init; }

    /// <summary>The steps that are recorded already.</summary>
    public IReadOnlyList<StepBody> Recorded { get; init; } = [];

    /// <summary>The way to collections; null where none is needed, as in a replay.</summary>
    public IRetriever? Retriever { get; init; }

    /// <summary>Makes a step durable before the run goes on; null to record it with the run's end alone.</summary>
    public Func<int, StepBody, Task>? Record { get; init; }

    /// <summary>
    /// What a replay's model is told, put together when the record was proved, so that it is not put together again; null where that
    /// was not done. Whoever changes a plan takes it out.
    /// </summary>
    internal ContextAssembly? Context { get; init; }

    /// <summary>How often the run was recovered.</summary>
    public int Recoveries { get; init; }

    /// <summary>The silo that executes.</summary>
    public required string Silo { get; init; }

    /// <summary>What executes; null for what admitted the run.</summary>
    public ExecutionOrigin? Origin { get; init; }

    /// <summary>What the run has waited for.</summary>
    public RunWait? Wait { get; init; }

    /// <summary>The longest time that model calls may take together.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Fires when a caller cancels: the run ends as <see cref="RunStatus.Cancelled"/>.</summary>
    public CancellationToken Cancelled { get; init; }

    /// <summary>Fires when the process hands the run over: it is left as it is, for another process to end.</summary>
    public CancellationToken Stopping { get; init; }
}
