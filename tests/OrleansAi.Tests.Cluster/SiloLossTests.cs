using OrleansAi.Contracts.Conversations;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.Cluster;

/// <summary>A cluster that loses a silo.</summary>
public sealed class SiloLossTests(PostgreSqlFixture postgreSql)
{
    [Fact]
    public async Task Silos_OneOfThreeStops_ItsConversationsGoOnElsewhere()
    {
        await using var vendor = await VendorServer.StartAsync();
        await using var host = await Host.StartAsync(await postgreSql.Instance.CreateDatabaseAsync(), vendor, silos: 3);
        var conversations = new List<string>();
        for (var i = 0; i < 24; i++)
        {
            conversations.Add((await host.Client.CreateConversationAsync()).Id);
        }

        await Task.WhenAll(conversations.Select(id => host.Client.RunTurnAsync(id, Host.Turn("before"))));
        vendor.Behave = static _ => new Behaviour { Delay = TimeSpan.FromMilliseconds(300) };
        var turns = conversations.Select(id => host.Client.RunTurnAsync(id, Host.Turn("during", key: $"during-{id}"))).ToArray();
        await host.Cluster.KillSiloAsync(host.Cluster.Silos[1]);
        var ended = await Task.WhenAll(turns);
        Assert.All(ended, static run => Assert.True(run.Status == RunStatus.Completed, $"{run.Status}: {run.Error?.Message}"));
        await Task.WhenAll(conversations.Select(id => host.Client.RunTurnAsync(id, Host.Turn("after", key: $"after-{id}"))));

        foreach (var id in conversations)
        {
            var items = (await host.Client.ListItemsAsync(id, new ItemQuery { Ascending = true, Limit = 100 })).Items;
            Assert.Equal(["before", "during", "after"], items.Where(static item => item.Role == Role.User).Select(static item => item.Text));
            Assert.Equal(6, items.Count);
        }
    }
}
