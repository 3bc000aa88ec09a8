using OrleansAi.Contracts.Runs;

namespace OrleansAi.Http.Streaming;

/// <summary>
/// What a stream keeps of the run that it tells. Not the run itself: its output may be megabytes, and a stream whose client
/// does not read lives for long.
/// </summary>
/// <param name="ConversationId">The run's conversation.</param>
/// <param name="Id">The run.</param>
/// <param name="Model">The route.</param>
/// <param name="CreatedAt">When the run was admitted, Unix milliseconds.</param>
/// <param name="WithOpaque">True when the caller asked for what vendors want back of their reasoning.</param>
internal sealed record FollowedRun(string ConversationId, string Id, string Model, long CreatedAt, bool WithOpaque)
{
    public static FollowedRun Of(RunView run) => new(run.ConversationId, run.Id, run.Model, run.CreatedAt, run.Options.IncludeEncryptedReasoning);
}
