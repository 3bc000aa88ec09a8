using OrleansAi.Contracts.Models;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Engine.Replay;

/// <summary>No way to any vendor: a replay that wants one is a defect.</summary>
internal sealed class NoModels : IModelExecutor
{
    public void Check(string route) => throw Wanted();

    public ModelTarget Resolve(string route) => throw Wanted();

    public Task<ModelResult> CompleteAsync(ModelCall call, CancellationToken cancellationToken) => throw Wanted();

    public IAsyncEnumerable<ModelEvent> StreamAsync(ModelCall call, CancellationToken cancellationToken) => throw Wanted();

    private static InvalidOperationException Wanted() => new("A replay wanted a vendor.");
}
