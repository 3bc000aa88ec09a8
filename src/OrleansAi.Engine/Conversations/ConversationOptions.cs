using System.ComponentModel.DataAnnotations;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Engine.Conversations;

/// <summary>The limits of a conversation.</summary>
public sealed class ConversationOptions
{
    /// <summary>The default of <see cref="WindowMessages"/>.</summary>
    public const int DefaultWindowMessages = 40;

    /// <summary>The default of <see cref="WindowCharacters"/>.</summary>
    public const int DefaultWindowCharacters = 200_000;

    /// <summary>The default of <see cref="WindowMediaBytes"/>.</summary>
    public const int DefaultWindowMediaBytes = 20 << 20;

    /// <summary>The default of <see cref="MaxQueuedTurns"/>.</summary>
    public const int DefaultMaxQueuedTurns = 100;

    /// <summary>The default of <see cref="MaxOpenRuns"/>.</summary>
    public const int DefaultMaxOpenRuns = 4_096;

    /// <summary>The default of <see cref="SnapshotEveryRecords"/>.</summary>
    public const int DefaultSnapshotEveryRecords = 100;

    /// <summary>The default of <see cref="RunTimeoutSeconds"/>.</summary>
    public const int DefaultRunTimeoutSeconds = 600;

    /// <summary>The default of <see cref="DrainSeconds"/>.</summary>
    public const int DefaultDrainSeconds = 15;

    /// <value>The most messages that a model request holds, the new ones included. The default value is 40.</value>
    [Range(1, 1_000)]
    public int WindowMessages { get; set; } = DefaultWindowMessages;

    /// <value>
    /// The most characters (UTF-16 units) that a model request holds. Older turns are left out first; new messages that
    /// do not fit alone are refused with <c>context_too_long</c>. The default value is 200,000.
    /// </value>
    [Range(1_000, 10_000_000)]
    public int WindowCharacters { get; set; } = DefaultWindowCharacters;

    /// <value>
    /// The most bytes of images and files, in base 64 as they are given, that a model request holds and that a conversation keeps
    /// in memory for it. Older turns are left out first; new ones that do not fit alone are refused with
    /// <c>context_too_long</c>. Four times as much may wait in the open turns of a conversation. The default value is 20 MiB.
    /// </value>
    [Range(1_024, 1 << 29)]
    public int WindowMediaBytes { get; set; } = DefaultWindowMediaBytes;

    /// <value>The most turns of one conversation that may be open at once. The default value is 100.</value>
    [Range(1, 10_000)]
    public int MaxQueuedTurns { get; set; } = DefaultMaxQueuedTurns;

    /// <value>
    /// The most runs that may be open on one silo, of all conversations together; new ones are refused with
    /// <c>overloaded</c>. The default value is 4,096.
    /// </value>
    [Range(1, 1_000_000)]
    public int MaxOpenRuns { get; set; } = DefaultMaxOpenRuns;

    /// <value>
    /// After how many records a snapshot is written; it bounds what an activation reads. The default value is 100.
    /// </value>
    [Range(2, 10_000)]
    public int SnapshotEveryRecords { get; set; } = DefaultSnapshotEveryRecords;

    /// <value>The longest time in seconds that a run's model calls may take together. The default value is 600.</value>
    [Range(1, 86_400)]
    public int RunTimeoutSeconds { get; set; } = DefaultRunTimeoutSeconds;

    /// <value>
    /// How long in seconds a stopping silo lets a running turn go on before it is handed over. The default value is 15;
    /// Orleans gives a deactivation 30.
    /// </value>
    [Range(0, 25)]
    public int DrainSeconds { get; set; } = DefaultDrainSeconds;

    /// <value>
    /// How much is recorded of each run. With <see cref="RecordingLevel.Minimum"/> a run can be shown, but neither replayed nor forked nor its
    /// exchanges read: <c>content_not_kept</c>. The default value is <see cref="RecordingLevel.Full"/>.
    /// </value>
    [EnumDataType(typeof(RecordingLevel))]
    public RecordingLevel Recording { get; set; }

    /// <summary>What a model request may hold.</summary>
    public ContextSize Window => new(WindowMessages, WindowCharacters, WindowMediaBytes);
}
