using OrleansAi.Contracts.Runs;

namespace OrleansAi.Grains;

/// <summary>Retention of one tenant's runs. One in the cluster for each tenant, with its name as the key.</summary>
[Alias("orleansai.grains.retention")]
public interface IRetentionGrain : IGrainWithStringKey
{
    /// <summary>Lets go what the tenant's limits say, as much of it as one pass may. Calls that come while a pass runs share it.</summary>
    [Alias("pass")]
    [ResponseTimeout("00:05:00")]
    Task<RetentionPass> Pass();
}
