using OrleansAi.Access.Load;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Telemetry;
using OrleansAi.VendorDouble;
using Microsoft.Extensions.DependencyInjection;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.Cluster;

/// <summary>A silo with more to do than it can, whose front is elsewhere and has nothing to do.</summary>
[Collection(Alone.Name)]
public sealed class SaturationTests(PostgreSqlFixture postgreSql)
{
    [Fact]
    public async Task StartTurn_OwnerIsSaturated_IsRefusedThereAndAdmittedTurnsEnd()
    {
        await using var vendor = await VendorServer.StartAsync();
        var store = new SlowStore();
        await using var host = await Host.StartAsync(
            await postgreSql.Instance.CreateDatabaseAsync(), vendor, configure: services => services.AddSingleton<ILoadSignal>(store));
        var gate = new TaskCompletionSource();
        vendor.Behave = call => new Behaviour { Gate = call.LastMessage == "held" ? gate.Task : null };
        var most = LoadLimit.Least + (LoadLimit.Least / 4);
        var held = new List<RunView>();
        for (var i = 0; i < most; i++)
        {
            held.Add(await host.Client.StartTurnAsync(null, Host.Turn("held")));
        }

        store.Wait = TimeSpan.FromMinutes(1);
        var load = host.Cluster.Silos[0].ServiceProvider.GetRequiredService<LoadWatch>();
        await Eventually.TrueAsync(() => load.Runs.IsFull, "the silo knows that it is saturated");

        var refused = await Assert.ThrowsAsync<OrleansAiException>(() => host.Client.StartTurnAsync(null, Host.Turn("one more")));
        Assert.Equal((ErrorCodes.Overloaded, true), (refused.Code, refused.IsTransient));
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
        foreach (var other in new Func<Task>[]
        {
            () => host.Client.CountInputAsync(null, Host.Turn("count")),
            () => host.Client.CreateConversationAsync(),
        })
        {
            Assert.Equal(ErrorCodes.Overloaded, (await Assert.ThrowsAsync<OrleansAiException>(other)).Code);
        }

        gate.SetResult();
        Assert.All(await Task.WhenAll(held.Select(run => host.Client.WaitAsync(run))), static run => Assert.Equal(RunStatus.Completed, run.Status));
        Assert.Equal(RunStatus.Completed, (await host.Client.RunTurnAsync(null, Host.Turn("again"))).Status);
    }

    private sealed class SlowStore : ILoadSignal
    {
        private long _ticks;

        public TimeSpan Wait
        {
            get => TimeSpan.FromTicks(Volatile.Read(ref _ticks));
            set => Volatile.Write(ref _ticks, value.Ticks);
        }
    }
}
