using OrleansAi.Testing;
using OrleansAi.Tests.EndToEnd;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgreSqlFixture))]

// Each test runs several processes; more than one test at a time would measure the machine.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace OrleansAi.Tests.EndToEnd;

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
