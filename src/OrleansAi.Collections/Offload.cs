namespace OrleansAi.Collections;

/// <summary>Does work that takes a processor's time where nobody waits for the thread: never on a grain's own scheduler.</summary>
internal static class Offload
{
    /// <summary>Runs work on the thread pool. What awaits it goes on where it was.</summary>
    public static async Task<T> RunAsync<T>(Func<T> work)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return work();
    }
}
