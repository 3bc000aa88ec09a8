using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.Cluster;

/// <summary>A cluster of three silos that the tests of a class share.</summary>
public sealed class TurnCluster(PostgreSqlFixture postgreSql) : IAsyncLifetime
{
    public VendorServer Vendor { get; private set; } = null!;

    internal Host Host { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Vendor = await VendorServer.StartAsync();
        Host = await Host.StartAsync(await postgreSql.Instance.CreateDatabaseAsync(), Vendor, silos: 3);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Vendor.DisposeAsync();
    }
}
