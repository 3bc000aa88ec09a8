using Microsoft.Extensions.DependencyInjection;
using OrleansAi.Contracts.Conversations;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;
using OrleansAi.Storage;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.Cluster;

/// <summary>Somebody else writes to a stream that an activation believes to be its own (invariant 2).</summary>
public sealed class OwnershipTests(PostgreSqlFixture postgreSql)
{
    private static readonly IdSource Ids = new(TimeProvider.System);

    [Fact]
    public async Task ForeignWrite_BetweenAndDuringTurns_LosesAndDuplicatesNothing()
    {
        await using var vendor = await VendorServer.StartAsync();
        var database = await postgreSql.Instance.CreateDatabaseAsync();
        await using var host = await Host.StartAsync(database, vendor);
        await using var outside = new ServiceCollection().AddLogging().AddOrleansAiPostgreSqlStorage(database).BuildServiceProvider();
        var store = outside.GetRequiredService<IJournalStore>();
        var conversation = (await host.Client.CreateConversationAsync()).Id;
        var entered = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        vendor.Behave = call =>
        {
            if (call.LastMessage != "three")
            {
                return new Behaviour();
            }

            entered.TrySetResult();
            return new Behaviour { Gate = gate.Task };
        };

        await host.Client.RunTurnAsync(conversation, Host.Turn("one"));
        await WriteOutsideAsync(store, conversation, "foreign 1");
        await host.Client.RunTurnAsync(conversation, Host.Turn("two", key: "k2"));
        var third = host.Client.RunTurnAsync(conversation, Host.Turn("three", key: "k3"));
        await entered.Task;
        await WriteOutsideAsync(store, conversation, "foreign 2");
        gate.SetResult();
        var ended = await third;

        Assert.Equal(RunStatus.Completed, ended.Status);
        Assert.Equal(ended.Id, (await host.Client.RunTurnAsync(conversation, Host.Turn("three", key: "k3"))).Id);
        Assert.Equal(3, vendor.Count);
        Assert.Equal(
            ["one", "A:one", "foreign 1", "two", "A:two", "foreign 2", "three", "A:three"],
            await TranscriptAsync(host, conversation));

        // What was written from outside is history for the next turn, wherever it stands.
        Assert.Contains(vendor.Calls.Single(static call => call.LastMessage == "two").Messages, static message => message.Text == "foreign 1");
    }

    [Fact]
    public async Task TwoOwners_ServeOneConversationAtOnce_EveryTurnStandsOnce()
    {
        await using var vendor = await VendorServer.StartAsync();
        vendor.Behave = static _ => new Behaviour { Delay = TimeSpan.FromMilliseconds(2) };
        var database = await postgreSql.Instance.CreateDatabaseAsync();

        // Two clusters that know nothing of each other: each has its own activation of the conversation.
        await using var first = await Host.StartAsync(database, vendor);
        await using var second = await Host.StartAsync(database, vendor);
        var conversation = (await first.Client.CreateConversationAsync()).Id;

        var runs = await Task.WhenAll(Enumerable.Range(0, 30).Select(i =>
            (i % 2 == 0 ? first : second).Client.RunTurnAsync(conversation, Host.Turn($"turn {i:00}", key: $"key {i}", stream: i % 3 == 0))));

        Assert.All(runs, static run => Assert.Equal(RunStatus.Completed, run.Status));
        foreach (var host in new[] { first, second })
        {
            // A turn makes each owner see what the other one wrote last.
            await host.Client.RunTurnAsync(conversation, Host.Turn("last", key: "last"));
        }

        var transcript = await TranscriptAsync(first, conversation);
        Assert.Equal(62, transcript.Count);
        for (var i = 0; i < transcript.Count; i += 2)
        {
            Assert.Equal($"A:{transcript[i]}", transcript[i + 1]);
        }

        Assert.Equal(31, transcript.Where(static (_, i) => i % 2 == 0).Distinct().Count());
        foreach (var run in runs)
        {
            var (here, there) = (await first.Client.GetRunAsync(run.Id), await second.Client.GetRunAsync(run.Id));
            Assert.Equal(run.Output[0].Text, here.Output[0].Text);
            Assert.Equal(run.Output[0].Id, there.Output[0].Id);
        }
    }

    [Fact]
    public async Task ForeignDeletion_WhileAnOwnerHasTheOldKeys_IsNeverUndone()
    {
        await using var vendor = await VendorServer.StartAsync();
        var database = await postgreSql.Instance.CreateDatabaseAsync();
        await using var first = await Host.StartAsync(database, vendor);
        await using var second = await Host.StartAsync(database, vendor);
        var conversation = (await first.Client.CreateConversationAsync()).Id;
        var kept = await first.Client.RunTurnAsync(conversation, Host.Turn("kept"));
        var gone = await first.Client.RunTurnAsync(conversation, Host.Turn("gone"));
        var other = await first.Client.RunTurnAsync(conversation, Host.Turn("other"));

        // Both owners have the keys in memory; one destroys some, then the other, which does not know of it.
        await second.Client.GetConversationAsync(conversation);
        await second.Client.DeleteRunAsync(gone.Id);
        await first.Client.DeleteRunAsync(other.Id);
        await first.Client.RunTurnAsync(conversation, Host.Turn("last"));

        await using var outside = new ServiceCollection().AddLogging().AddOrleansAiPostgreSqlStorage(database).BuildServiceProvider();
        var store = outside.GetRequiredService<IJournalStore>();
        var archive = new RunArchive(store, new RecordReader(store));
        foreach (var (run, isDestroyed) in new[] { (kept, false), (gone, true), (other, true) })
        {
            var found = await archive.FindAsync("local", run.Id, CancellationToken.None);
            Assert.Equal((isDestroyed, isDestroyed), (found!.Admitted.IsDestroyed, found.Ended!.IsDestroyed));
        }
    }

    private static async Task WriteOutsideAsync(IJournalStore store, string conversation, string text)
    {
        var stream = StreamNames.Conversation("local", conversation);
        var head = (await store.ReadBackwardAsync(stream, long.MaxValue, 1, [], CancellationToken.None))[0].Position;
        var body = new ItemsAddedBody
        {
            Items = [StoredItem.Of(ItemIds.Added(ItemKind.Message, Ids, head + 1, 0), NewItem.Message(Role.User, text))],
        };
        var keys = Keyring.Parse((await store.ReadKeysAsync(stream, CancellationToken.None))!);
        var id = Ids.NewRecordId();
        var record = new NewRecord(id, RecordSerializer.KindOf(body), RecordSealer.Seal(body, keys, stream, head + 1, id).Body, 1);
        Assert.Null(await store.CommitAsync([new JournalAppend(stream, head, [record])], CancellationToken.None));
    }

    private static async Task<IReadOnlyList<string>> TranscriptAsync(Host host, string conversation)
    {
        var items = await host.Client.ListItemsAsync(conversation, new ItemQuery { Ascending = true, Limit = 100 });
        return
        [
            .. items.Items.Select(static item => item.Role == Role.User
                ? item.Text
                : "A:" + item.Text[(item.Text.IndexOf('“', StringComparison.Ordinal) + 1)..item.Text.IndexOf('”', StringComparison.Ordinal)]),
        ];
    }
}
