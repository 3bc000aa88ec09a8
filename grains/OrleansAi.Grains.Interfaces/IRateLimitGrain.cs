using Orleans.Concurrency;
using OrleansAi.Contracts.Access;

namespace OrleansAi.Grains;

/// <summary>
/// Counts what one project and its keys ask for; the project's id is the key. Held in memory: when its silo is lost, every
/// bucket begins full.
/// </summary>
[Alias("orleansai.grains.rate-limit")]
public interface IRateLimitGrain : IGrainWithStringKey
{
    /// <summary>Lets a request in or refuses it. With the same ticket it may be asked again.</summary>
    [Alias("enter")]
    Task<LimitDecision> Enter(LimitRequest request);

    /// <summary>
    /// A request that was let in and started a run has been answered. Its run counts until it has ended, and then costs the
    /// tokens that it took.
    /// </summary>
    /// <param name="ticket">The request's ticket.</param>
    /// <param name="runId">The run; null when there is none.</param>
    [Alias("leave")]
    [OneWay]
    Task Leave(string ticket, string? runId);

    /// <summary>A request that used tokens without starting a run took more than was thought when it was let in, or less.</summary>
    /// <param name="keyId">The key that it came with.</param>
    /// <param name="moreTokens">What it took beyond the estimate; negative when it took less.</param>
    [Alias("settle")]
    [OneWay]
    Task Settle(string keyId, int moreTokens);
}
