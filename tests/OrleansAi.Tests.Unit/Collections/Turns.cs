namespace OrleansAi.Tests.Unit.Collections;

/// <summary>Runs a test as a grain runs: one turn at a time, interleaved where something is awaited.</summary>
internal static class Turns
{
    public static Task RunAsync(Func<Task> test) => Task.Factory.StartNew(
        test, CancellationToken.None, TaskCreationOptions.None, new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler).Unwrap();
}
