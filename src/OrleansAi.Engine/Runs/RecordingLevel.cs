namespace OrleansAi.Engine.Runs;

/// <summary>How much is recorded of a run.</summary>
public enum RecordingLevel
{
    /// <summary>Everything that a trace, a replay, a fork and a comparison need.</summary>
    Full,

    /// <summary>What recovery and the conversation need: no answers of vendors as they came, and no note of what a context was made of.</summary>
    Minimum,
}
