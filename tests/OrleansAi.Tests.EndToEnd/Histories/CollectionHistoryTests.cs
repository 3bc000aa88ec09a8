using OrleansAi.Testing;
using OrleansAi.Testing.Histories;
using Xunit;

namespace OrleansAi.Tests.EndToEnd.Histories;

/// <summary>Collections are never stale, whatever happens to the silos: their clients' history is checked.</summary>
[Collection(Alone.Name)]
public sealed class CollectionHistoryTests(PostgreSqlFixture postgreSql, ITestOutputHelper output)
{
    private const int MostDeaths = 5;

    [Fact]
    public async Task Silos_KilledAndPaused_NobodyReadsWhatIsStale()
    {
        var options = HistoryOptions.FromEnvironment();
        await using var cluster = await HistoryCluster.StartAsync(postgreSql, options.Silos);
        using var run = new HistoryRun(cluster, options);
        using var running = new CancellationTokenSource();
        await run.BeginAsync(running.Token);
        do
        {
            await run.OperationsAsync(200);
            await run.KillAsync();
            await run.OperationsAsync(200);
            await run.PauseAsync();
            await run.OperationsAsync(200);
            await run.PauseUntilDeadAsync();
        }
        while (run.Operations < options.Operations);
        await run.OperationsAsync(200);
        await run.EndAsync(running);

        var violations = run.Check();
        var described = run.Describe(violations);
        output.WriteLine(described);
        Report.Write("collection-history", described);
        Assert.True(violations.Count == 0, described);
        var (code, told, errors) = await cluster.VerifyAsync();
        Assert.True(code == 0, told + errors);
    }

    [Fact]
    public async Task Silo_ThatDoesNotConfirmItsReads_IsFoundOut()
    {
        var options = HistoryOptions.FromEnvironment() with { Silos = 2, Collections = 6, Readers = 1 };
        await using var cluster = await HistoryCluster.StartAsync(postgreSql, options.Silos, ("OrleansAi:Testing:SkipReadConfirmation", "true"));
        using var run = new HistoryRun(cluster, options);
        using var running = new CancellationTokenSource();
        await run.BeginAsync(running.Token);
        do
        {
            // Whether a silo answers before it learns that it is dead is a race that it may win: it is paused again until it has lost one.
            await run.OperationsAsync(200);
            await run.PauseUntilDeadAsync();
        }
        while (run.Deaths < MostDeaths && run.Check().All(static violation => violation.Kind != ViolationKind.Stale));
        await run.EndAsync(running);

        var violations = run.Check();
        output.WriteLine(run.Describe(violations));
        Assert.Contains(violations, static violation => violation.Kind == ViolationKind.Stale);
    }
}
