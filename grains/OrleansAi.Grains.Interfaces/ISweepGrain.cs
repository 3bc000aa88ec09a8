namespace OrleansAi.Grains;

/// <summary>The sweep over open runs. One in the cluster, with the key 0.</summary>
[Alias("orleansai.grains.sweep")]
public interface ISweepGrain : IGrainWithIntegerKey
{
    /// <summary>Wakes every open run whose waker is gone. Calls that come while a sweep runs share it.</summary>
    /// <returns>How many conversations were woken.</returns>
    [Alias("sweep")]
    Task<int> Sweep();
}
