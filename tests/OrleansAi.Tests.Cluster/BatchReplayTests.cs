using Microsoft.Extensions.DependencyInjection;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Replay;
using OrleansAi.Journal;
using OrleansAi.Testing;
using OrleansAi.VendorDouble;
using OrleansAi.Vendors;
using Xunit;

namespace OrleansAi.Tests.Cluster;

/// <summary>Runs that are read together replay as they do one by one, and what is wrong with one is said of it alone.</summary>
public sealed class BatchReplayTests(PostgreSqlFixture postgreSql)
{
    // More than a window of 40 messages holds.
    private const int Turns = 25;

    [Fact]
    public async Task Replay_OfManyRuns_SaysOfEachWhatItSaysAlone()
    {
        await using var vendor = await VendorServer.StartAsync();
        vendor.Behave = static call => new Behaviour { Answer = $"answer {call.Number}" };
        await using var host = await Host.StartAsync(await postgreSql.Instance.CreateDatabaseAsync(), vendor);
        var runs = new List<string>();
        var conversation = (await host.Client.CreateConversationAsync()).Id;
        for (var i = 0; i < Turns; i++)
        {
            // A text of the one size stands in its record, of the other apart.
            runs.Add((await host.Client.RunTurnAsync(conversation, Host.Turn($"turn {i} {new string('x', i % 2 * 2_000)}"))).Id);
        }

        var other = (await host.Client.CreateConversationAsync()).Id;
        runs.Add((await host.Client.RunTurnAsync(other, Host.Turn("alone"))).Id);
        var asked = vendor.Count;
        var services = host.Cluster.Silos[0].ServiceProvider;
        var journal = services.GetRequiredService<IJournal>();
        var source = new ReplaySource(journal, new RecordReader(journal), new ConversationOptions().Window);
        var replayer = new RunReplayer(services.GetRequiredService<VendorCatalog>());

        // All of them by their records, none by its conversation.
        Assert.Equal(runs.Order(), (await source.LoadTogetherAsync("local", runs, CancellationToken.None)).Keys.Order());
        var together = await host.Client.ReplayAsync([.. runs, "resp_none", "nonsense"]);
        Assert.Equal([.. runs, "resp_none", "nonsense"], together.Select(static one => one.RunId));
        foreach (var (run, outcome) in runs.Zip(together))
        {
            var alone = await replayer.ReplayAsync(await source.LoadAloneAsync("local", run, CancellationToken.None), CancellationToken.None);
            Assert.Equal(alone, outcome.Replay);
            Assert.Null(outcome.Replay!.Divergence);
        }

        Assert.All(together.Skip(runs.Count), static one => Assert.Equal((null, ErrorCodes.ResponseNotFound), (one.Replay, one.Code)));
        await Assert.ThrowsAsync<OrleansAiException>(() => host.Client.ReplayAsync([.. Enumerable.Repeat(runs[0], ReplayOutcome.MostRuns + 1)]));

        // What was deleted was told to the runs behind it, and not to those before it.
        await host.Client.DeleteRunAsync(runs[10]);
        var after = await host.Client.ReplayAsync(runs);
        Assert.Equal(
            Enumerable.Range(0, runs.Count).Select(static i => i is >= 10 and < Turns ? ErrorCodes.ContentNotKept : null), after.Select(static one => one.Code));
        Assert.All(after.Where(static one => one.Code is null), static one => Assert.Null(one.Replay!.Divergence));
        Assert.Equal(asked, vendor.Count);
    }
}
