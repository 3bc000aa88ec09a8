using OrleansAi.Testing;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>A silo with nothing configured but its vendor, over SQLite, for tests that need no other. A test says how the vendor behaves; it begins plain.</summary>
public sealed class OneSilo(PostgreSqlFixture postgreSql) : IAsyncLifetime
{
    private Deployment? _deployment;
    private SiloProcess? _silo;

    public SiloProcess Silo => _silo!;

    public VendorServer Vendor => _deployment!.Vendor;

    public int GatewayPort => _deployment!.GatewayPort;

    public async ValueTask InitializeAsync()
    {
        _deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        _silo = await _deployment.StartAsync();
    }

    public ValueTask DisposeAsync() => _deployment!.DisposeAsync();

    /// <summary>Makes the vendor plain again and says how many calls it has seen.</summary>
    public int Begin()
    {
        Vendor.Behave = static _ => new Behaviour();
        return Vendor.Count;
    }
}
