using OrleansAi.Testing;
using OrleansAi.Tests.Cluster;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgreSqlFixture))]

// Each collection has clusters of its own, which wait for their storage half of the time. What measures runs alone, see Alone.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]

namespace OrleansAi.Tests.Cluster;

/// <summary>One server for all tests of this assembly.</summary>
public sealed class PostgreSqlFixture : IAsyncLifetime
{
    private PostgreSqlInstance? _instance;

    public PostgreSqlInstance Instance => _instance ?? throw new InvalidOperationException("The server is not started.");

    public async ValueTask InitializeAsync() => _instance = await PostgreSqlInstance.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_instance is not null)
        {
            await _instance.DisposeAsync();
        }
    }
}
