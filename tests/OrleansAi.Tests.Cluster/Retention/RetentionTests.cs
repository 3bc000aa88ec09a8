using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Integrity;
using OrleansAi.Engine.Retention;
using OrleansAi.Grains;
using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;
using OrleansAi.Testing;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.Cluster.Retention;

/// <summary>What a tenant's limits let go of its runs, and what they leave.</summary>
public sealed class RetentionTests(PostgreSqlFixture postgreSql) : IDisposable
{
    private const string Tenant = "local";
    private static readonly string Long = string.Concat(Enumerable.Repeat("Answer as a lawyer would, and name your sources. ", 20));

    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-retention-").FullName;
    private readonly RetentionOptions _options = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pass_MoreThanMayBeKept_TheOldestGoAndPinnedOnesStay(bool isSqlite)
    {
        await using var vendor = await VendorServer.StartAsync();
        await using var host = await StartAsync(vendor, isSqlite);
        var conversation = (await host.Client.CreateConversationAsync()).Id;
        var runs = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            runs.Add((await host.Client.RunTurnAsync(conversation, Host.Turn($"question {i}") with { Instructions = Long })).Id);
        }

        await host.Client.Records.PinAsync(runs[0], true);
        var weights = await new RunWeights(Source(host)).OfAsync(await EntriesAsync(host), CancellationToken.None);
        Assert.All(weights, static weight => Assert.True(weight > Long.Length));

        // The pinned one does not count, and two of the others are more than may be kept.
        _options.MaxBytes = weights.Skip(3).Sum();
        var pass = await host.Grains.GetGrain<IRetentionGrain>(Tenant).Pass();
        Assert.Equal((2, false), (pass.Runs, pass.HasMore));
        Assert.True(pass.Bytes > 0);
        Assert.Equal([false, true, true, false, false, false], await ReleasedAsync(host));

        var again = await host.Grains.GetGrain<IRetentionGrain>(Tenant).Pass();
        Assert.Equal((0, 0L), (again.Runs, again.Bytes));

        // What comes on top pushes the next one out; what was unpinned goes before it.
        await host.Client.Records.PinAsync(runs[0], false);
        await host.Client.RunTurnAsync(conversation, Host.Turn("question 6") with { Instructions = Long });
        await host.Grains.GetGrain<IRetentionGrain>(Tenant).Pass();
        Assert.Equal([true, true, true], (await ReleasedAsync(host)).Take(3));
        Assert.False((await ReleasedAsync(host))[^1]);
        await AssertSoundAsync(host);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pass_RunsThatShareTexts_WhatOneThatIsKeptNeedsStaysUntilItGoesToo(bool isSqlite)
    {
        await using var vendor = await VendorServer.StartAsync();
        await using var host = await StartAsync(vendor, isSqlite);
        var conversation = (await host.Client.CreateConversationAsync()).Id;
        var first = await host.Client.RunTurnAsync(conversation, Host.Turn(Long + "?") with { Instructions = Long });
        var second = await host.Client.RunTurnAsync(conversation, Host.Turn("and then?") with { Instructions = Long });
        var owner = host.Grains.GetGrain<IConversationGrain>(StreamNames.Conversation(Tenant, conversation));

        Assert.Equal([first.Id], (await owner.ReleaseRuns([first.Id, "resp_nobody"], "age")).RunIds);
        Assert.Empty((await owner.ReleaseRuns([first.Id], "age")).RunIds);

        var replay = await host.Client.ReplayAsync(second.Id);
        Assert.Null(replay.Divergence);
        var refused = await Assert.ThrowsAsync<OrleansAiException>(() => host.Client.ReplayAsync(first.Id));
        Assert.Equal(ErrorCodes.RunReleased, refused.Code);
        var before = await ContentsAsync(host, conversation);

        Assert.Equal([second.Id], (await owner.ReleaseRuns([second.Id], "age")).RunIds);

        // The instructions were the last thing that only runs had; what was asked and answered is the conversation's.
        var after = await ContentsAsync(host, conversation);
        Assert.True(after < before, $"{after} of {before} contents");
        var items = (await host.Client.ListItemsAsync(conversation, new Contracts.Conversations.ItemQuery { Limit = 10, Ascending = true })).Items;
        Assert.Equal(Long + "?", items[0].Parts[0].Text);
        Assert.Equal(4, items.Count);
        await host.Client.RunTurnAsync(conversation, Host.Turn("still there?") with { Instructions = Long });
        await AssertSoundAsync(host);
    }

    [Fact]
    public async Task Pass_OldRuns_GoAndOpenOnesAndAnotherTenantsAreLeft()
    {
        await using var vendor = await VendorServer.StartAsync();
        var gate = new TaskCompletionSource();
        vendor.Behave = call => call.LastMessage == "held" ? new Behaviour { Gate = gate.Task } : new Behaviour();
        await using var host = await StartAsync(vendor, isSqlite: false);
        _options.Tenants[Tenant] = new RetentionLimits { MaxAge = TimeSpan.FromSeconds(1) };
        var held = await host.Client.StartTurnAsync(null, Host.Turn("held") with { CreateConversation = true });
        var runs = new List<RunView>();
        for (var i = 0; i < 3; i++)
        {
            runs.Add(await host.Client.RunTurnAsync(null, Host.Turn($"question {i}") with { CreateConversation = true, Kind = RunKind.ChatCompletion }));
        }

        var other = await host.Grains.GetGrain<IConversationGrain>("acme/conv_other").RunTurn(Host.Turn("theirs") with { CreateConversation = true });
        await Eventually.GetAsync(
            async () =>
            {
                await host.Grains.GetGrain<IRetentionGrain>(Tenant).Pass();
                await host.Grains.GetGrain<IRetentionGrain>("acme").Pass();
                return await ReleasedAsync(host);
            },
            static released => released.SequenceEqual([false, true, true, true]),
            "the runs that have ended are let go");
        Assert.Null((await host.Journal.FindRunAsync("acme", other.Id, CancellationToken.None))!.ReleasedAt);

        gate.SetResult();
        await host.Client.WaitAsync(held);
        await Eventually.GetAsync(
            async () =>
            {
                await host.Grains.GetGrain<IRetentionGrain>(Tenant).Pass();
                return await ReleasedAsync(host);
            },
            static released => released.All(static one => one),
            "the run that was open then is let go, though the walk was past it");
        await AssertSoundAsync(host);
    }

    [Fact]
    public async Task Pin_WhatCannotBePinned_IsRefusedByName()
    {
        await using var vendor = await VendorServer.StartAsync();
        var gate = new TaskCompletionSource();
        vendor.Behave = call => call.LastMessage == "held" ? new Behaviour { Gate = gate.Task } : new Behaviour();
        await using var host = await StartAsync(vendor, isSqlite: true);
        var held = await host.Client.StartTurnAsync(null, Host.Turn("held") with { CreateConversation = true });

        Assert.Equal(ErrorCodes.RunNotEnded, (await Assert.ThrowsAsync<OrleansAiException>(() => host.Client.Records.PinAsync(held.Id, true))).Code);
        Assert.Equal(ErrorCodes.ResponseNotFound, (await Assert.ThrowsAsync<OrleansAiException>(() => host.Client.Records.PinAsync("resp_none", true))).Code);
        gate.SetResult();
        await host.Client.WaitAsync(held);
        await host.Client.Records.PinAsync(held.Id, true);
        var position = (await host.Journal.ReadBackwardAsync(
            StreamNames.Conversation(Tenant, held.ConversationId), long.MaxValue, 1, [], CancellationToken.None))[0].Position;
        await host.Client.Records.PinAsync(held.Id, true);
        Assert.Empty((await host.Grains.GetGrain<IConversationGrain>(StreamNames.Conversation(Tenant, held.ConversationId)).ReleaseRuns([held.Id], "age")).RunIds);
        Assert.Equal(position, (await host.Journal.ReadBackwardAsync(
            StreamNames.Conversation(Tenant, held.ConversationId), long.MaxValue, 1, [], CancellationToken.None))[0].Position);
        Assert.True((await host.Client.TraceAsync(held.Id)).Pinned);
    }

    private async Task<Host> StartAsync(VendorServer vendor, bool isSqlite) => await Host.StartAsync(
        isSqlite ? $"Data Source={Path.Combine(_directory, "retention.db")}" : await postgreSql.Instance.CreateDatabaseAsync(),
        vendor,
        configure: services => services.AddSingleton(Options.Create(_options)));

    private static IIntegritySource Source(Host host) => host.Cluster.Silos[0].ServiceProvider.GetRequiredService<IIntegritySource>();

    private static Task<IReadOnlyList<RunEntry>> EntriesAsync(Host host) =>
        host.Journal.SearchRunsAsync(Tenant, new RunQuery { Ascending = true }, CancellationToken.None);

    private static async Task<IReadOnlyList<bool>> ReleasedAsync(Host host) =>
        [.. (await EntriesAsync(host)).Select(static run => run.ReleasedAt is not null)];

    private static async Task<int> ContentsAsync(Host host, string conversation)
    {
        await using var view = await Source(host).OpenAsync(CancellationToken.None);
        return (await view.ReadContentsAsync(StreamNames.Conversation(Tenant, conversation), null, 100, CancellationToken.None)).Count;
    }

    private static async Task AssertSoundAsync(Host host)
    {
        var injuries = new List<Injury>();
        await new JournalVerifier(Source(host)).VerifyAsync(new IntegrityScope(), injuries.Add, CancellationToken.None);
        Assert.Empty(injuries);
    }
}
