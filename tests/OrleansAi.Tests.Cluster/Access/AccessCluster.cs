using System.Globalization;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.Cluster.Access;

/// <summary>
/// A cluster of two silos with a front each, and a front that is only a client. Tests share it, and keep apart by organisations of their own.
/// </summary>
public sealed class AccessCluster(PostgreSqlFixture postgreSql) : IAsyncLifetime
{
    private readonly List<Front> _fronts = [];
    private int _organizations;

    public VendorServer Vendor { get; private set; } = null!;

    internal Host Host { get; private set; } = null!;

    /// <summary>The front that is only a client.</summary>
    internal Front Remote => _fronts[2];

    public async ValueTask InitializeAsync()
    {
        Vendor = await VendorServer.StartAsync();
        Host = await Host.StartAsync(await postgreSql.Instance.CreateDatabaseAsync(), Vendor, silos: 2);
        foreach (var silo in new int?[] { 0, 1, null })
        {
            _fronts.Add(await Access.Front.StartAsync(Host, silo));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var front in _fronts)
        {
            await front.DisposeAsync();
        }

        await Host.DisposeAsync();
        await Vendor.DisposeAsync();
    }

    /// <summary>A name that no other test uses.</summary>
    public string NewOrganization()
    {
        Vendor.Behave = static _ => new Behaviour();
        return string.Create(CultureInfo.InvariantCulture, $"organization-{Interlocked.Increment(ref _organizations)}");
    }

    /// <summary>The front of a silo, of both in turn.</summary>
    internal Front Front(int index) => _fronts[index % 2];
}
