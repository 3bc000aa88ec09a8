using Npgsql;
using OrleansAi.Contracts.Conversations;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Conversations;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.Cluster;

/// <summary>A long conversation costs no more than a short one (invariant 8).</summary>
public sealed class GrowthTests(PostgreSqlFixture postgreSql)
{
    [Fact]
    public async Task Activate_FiveThousandTurns_ReadsABoundedNumberOfRecords()
    {
        const int turns = 5_000;
        var database = await postgreSql.Instance.CreateDatabaseAsync();
        string conversation;
        await using (var writer = await Host.StartAsync(database, vendor: null))
        {
            conversation = (await writer.Client.CreateConversationAsync()).Id;
            for (var i = 0; i < turns; i += 50)
            {
                await Task.WhenAll(Enumerable.Range(i, 50).Select(n => writer.Client.RunTurnAsync(conversation, Host.Turn($"turn {n}"))));
            }
        }

        await using var reader = await Host.StartAsync(database, vendor: null);
        await reader.Client.GetConversationAsync(conversation);
        var read = reader.Journal.Read;

        // The tail since the last snapshot and the turns of the window, two records each.
        const int bound = ConversationOptions.DefaultSnapshotEveryRecords + (2 * ConversationOptions.DefaultWindowMessages) + 10;
        Assert.InRange(read, 1, bound);
        var run = await reader.Client.RunTurnAsync(conversation, Host.Turn("one more"));
        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.InRange(reader.Journal.Read, read, bound);

        var newest = await reader.Client.ListItemsAsync(conversation, new ItemQuery { Limit = 4 });
        Assert.Equal("one more", newest.Items[1].Text);
        Assert.StartsWith("turn 49", newest.Items[3].Text, StringComparison.Ordinal);
        Assert.InRange(reader.Journal.Read - read, 0, 20);
    }

    [Fact]
    public async Task Store_FourHundredTurns_BytesOfATurnFollowItsNewTextAlone()
    {
        await using var vendor = await VendorServer.StartAsync();
        vendor.Behave = static call => new Behaviour { Answer = $"{call.Number:0000} {new string('a', 245)}" };
        var database = await postgreSql.Instance.CreateDatabaseAsync();
        await using var host = await Host.StartAsync(database, vendor);

        // Several conversations, so that the pages of tables and indexes do not round the figures away.
        const int conversations = 20;
        var ids = new List<string>();
        for (var i = 0; i < conversations; i++)
        {
            ids.Add((await host.Client.CreateConversationAsync()).Id);
        }

        var sizes = new List<long>();
        foreach (var (from, to) in new[] { (0, 80), (80, 120), (120, 280), (280, 320) })
        {
            sizes.Add(await SizeAsync(database));
            await Task.WhenAll(ids.Select(async id =>
            {
                for (var turn = from; turn < to; turn++)
                {
                    await host.Client.RunTurnAsync(id, Host.Turn($"{turn:0000} {new string('q', 245)}"));
                }
            }));
        }

        sizes.Add(await SizeAsync(database));
        var at100 = (sizes[2] - sizes[1]) / (40.0 * conversations);
        var at300 = (sizes[4] - sizes[3]) / (40.0 * conversations);
        TestContext.Current.SendDiagnosticMessage($"bytes per turn: {at100:0} at 100, {at300:0} at 300");
        Assert.True(at300 <= 1.3 * at100, $"{at300:0} bytes at turn 300, {at100:0} at turn 100.");
        Assert.True(at300 < 6_000, $"{at300:0} bytes at turn 300.");
    }

    private static async Task<long> SizeAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select pg_database_size(current_database())", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
