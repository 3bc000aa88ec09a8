using Microsoft.Extensions.DependencyInjection;
using OrleansAi.Access.Audit;
using OrleansAi.Access.Directory;
using OrleansAi.Client;
using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Conversations;
using OrleansAi.Contracts.Files;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;
using OrleansAi.Engine.Sealing;
using OrleansAi.Files;
using OrleansAi.Grains;
using OrleansAi.Journal;
using OrleansAi.Testing;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.Cluster.Integrity;

/// <summary>A journal with a life: turns of every kind, tools, forks, files, keys, deletions, a recovery, and runs that are open still.</summary>
internal sealed class LivedJournal : IAsyncDisposable
{
    private static readonly IdSource Ids = new(TimeProvider.System);
    private static readonly string Long = string.Concat(Enumerable.Repeat("Answer as a lawyer would, and name your sources. ", 20));

    private const string ToolCall =
        """
        {"id":"c1","object":"chat.completion","created":1,"model":"m1","choices":[{"index":0,"message":{"role":"assistant","content":null,
        "tool_calls":[{"id":"call_1","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"東京\"}"}}]},
        "finish_reason":"tool_calls"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}
        """;

    private readonly TaskCompletionSource _gate = new();
    private readonly VendorServer _vendor;

    private LivedJournal(VendorServer vendor, Host host) => (_vendor, Host) = (vendor, host);

    public Host Host { get; }

    private IJournal Journal => Host.Cluster.Silos[0].ServiceProvider.GetRequiredService<IJournal>();

    public static async Task<LivedJournal> CreateAsync(string database)
    {
        var vendor = await VendorServer.StartAsync();
        var lived = new LivedJournal(vendor, await Host.StartAsync(database, vendor));
        vendor.Behave = call => call.LastMessage switch
        {
            "weather?" => new Behaviour { RawBody = ToolCall },
            "refused" => new Behaviour { Status = 400 },
            "held" => new Behaviour { Gate = lived._gate.Task },
            "long" => new Behaviour { Answer = Long },
            _ => new Behaviour(),
        };
        await lived.TalkAsync();
        await lived.DeleteAsync();
        await lived.RetainAsync();
        await lived.RecoverAsync(database);
        await lived.StoreFilesAsync();
        await lived.ManageAsync();
        await lived.LeaveOpenAsync();
        return lived;
    }

    public async ValueTask DisposeAsync()
    {
        _gate.TrySetResult();
        await Host.DisposeAsync();
        await _vendor.DisposeAsync();
    }

    private async Task TalkAsync()
    {
        var client = Host.Client;
        var conversation = (await client.CreateConversationAsync()).Id;
        for (var i = 0; i < 12; i++)
        {
            var turn = Host.Turn(i % 4 == 0 ? "long" : $"turn {i}", key: i % 2 == 0 ? $"key {i}" : null, stream: i % 3 == 0);
            await client.RunTurnAsync(conversation, turn with { Instructions = Long });
        }

        var tools = new TurnOptions { Tools = [new ModelTool { Name = "get_weather", Description = Long, Parameters = "{\"type\":\"object\"}" }] };
        var asked = await client.RunTurnAsync(null, Host.Turn("weather?") with { Options = tools, CreateConversation = true });
        var other = (await client.FindConversationAsync(asked.Id))!;
        await client.RunTurnAsync(other, Host.Turn("") with { Input = [NewItem.FunctionCallOutput("call_1", "rain")], Options = tools });
        foreach (var fork in await client.Records.ForkAsync(asked.Id, new ForkRequest { Count = 2, Instructions = Long, OverridesInstructions = true }))
        {
            await client.WaitAsync(fork);
        }

        await client.RunTurnAsync(other, Host.Turn("refused"));
        await client.UpdateConversationAsync(other, new Dictionary<string, string> { ["topic"] = "weather" });
        await client.AddItemsAsync(other, [NewItem.Message(Role.User, Long)]);
        for (var i = 0; i < 4; i++)
        {
            var listed = Host.Turn($"completion {i}") with { Kind = RunKind.ChatCompletion, Options = new TurnOptions { Listed = true }, CreateConversation = true };
            var run = await client.RunTurnAsync(null, listed);
            if (i == 3)
            {
                await client.DeleteRunAsync(run.Id);
            }
        }
    }

    private async Task DeleteAsync()
    {
        var client = Host.Client;
        var conversation = (await client.CreateConversationAsync()).Id;
        var first = await client.RunTurnAsync(conversation, Host.Turn("long"));
        await client.RunTurnAsync(conversation, Host.Turn("kept"));
        var items = await client.ListItemsAsync(conversation, new ItemQuery { Limit = 10 });
        await client.DeleteItemAsync(conversation, items.Items[0].Id);
        await client.DeleteRunAsync(first.Id);
        await client.RunTurnAsync(conversation, Host.Turn("forgotten", key: "forget") with { Options = new TurnOptions { Forget = true } });
        var gone = (await client.CreateConversationAsync()).Id;
        await client.RunTurnAsync(gone, Host.Turn("long"));
        await client.DeleteConversationAsync(gone);
    }

    // Of the conversation that was talked in first and of a completion, while some runs are pinned.
    private async Task RetainAsync()
    {
        var client = Host.Client;
        var runs = (await client.SearchRunsAsync(new RunQuery { Ascending = true, Limit = 200 })).Runs.Where(static run => run.CompletedAt is not null).ToList();
        await client.Records.PinAsync(runs[1].Id, true);
        await client.Records.PinAsync(runs[2].Id, true);
        await client.Records.PinAsync(runs[2].Id, false);
        await client.Records.PinAsync(runs[3].Id, true);
        await client.Records.PinAsync(runs[3].Id, false);
        foreach (var conversation in new[] { runs[0], runs.First(static run => run.Id.StartsWith(IdPrefixes.ChatCompletion, StringComparison.Ordinal)) }.Select(static run => run.ConversationId))
        {
            var owner = Host.Grains.GetGrain<IConversationGrain>(StreamNames.Conversation(OrleansAiClient.LocalTenant, conversation));
            var released = await owner.ReleaseRuns([.. runs.Where(run => run.ConversationId == conversation && run.Id != runs[2].Id).Take(6).Select(static run => run.Id)], "age");
            Assert.NotEmpty(released.RunIds);
            Assert.True(released.Bytes > 0);
        }
    }

    // A run that a silo admitted which is gone since.
    private async Task RecoverAsync(string database)
    {
        await using var outside = Host.AddStorage(new ServiceCollection().AddLogging(), database).BuildServiceProvider();
        var (conversation, run, id) = (Ids.New(IdPrefixes.Conversation), Ids.New(IdPrefixes.Response), Ids.NewRecordId());
        var (stream, keys) = (StreamNames.Conversation("local", conversation), Keyring.New());
        var admitted = new RunAdmittedBody
        {
            RunId = run, Model = "default", CreatedAt = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), CreatesConversation = true,
            Input = [StoredItem.Of(ItemIds.Input(ItemKind.Message, run, 0), NewItem.Message(Role.User, "recovered"))], Silo = "a silo that died",
        };
        var entry = new RunEntry
        {
            Tenant = "local", RunId = run, Conversation = conversation, Model = "default", Status = RunStatus.InProgress,
            CreatedAt = admitted.CreatedAt, AdmittedPosition = 1, Waker = admitted.Silo,
        };
        var sealedBody = RecordSealer.Seal(admitted, keys, stream, 1, id).Body;
        await Journal.AppendAsync(
            new JournalAppend(stream, 0, [new NewRecord(id, RecordKind.RunAdmitted, sealedBody, admitted.CreatedAt)])
            {
                Keys = new KeyChange(keys.ToBytes(), KeyErasure.None),
                Runs = [new RunChange(RunChangeKind.Open, entry)],
            },
            CancellationToken.None);
        await Host.Grains.GetGrain<IConversationGrain>(stream).Wake();
        await Eventually.GetAsync(
            () => Journal.FindRunAsync("local", run, CancellationToken.None), static found => found!.Status.IsTerminal(), "the run has ended");
    }

    private async Task StoreFilesAsync()
    {
        var catalog = new FileCatalog(Journal, Ids, TimeProvider.System, new FileLimits(), "local");
        foreach (var id in new[] { "file-kept", "file-gone" })
        {
            await catalog.BeginAsync(id);
            var content = new FileContent(Journal, Ids, TimeProvider.System, StreamNames.File("local", id));
            await content.AppendAsync(0, new FileChunk { Bytes = [.. Enumerable.Range(0, 3_000).Select(static i => (byte)i)] }, long.MaxValue);
            await catalog.PublishAsync(id, new NewFile { Name = id, Purpose = FilePurposes.UserData, MediaType = "text/plain" }, 3_000);
            if (id == "file-gone")
            {
                await catalog.DeleteAsync(id);
                await content.EraseAsync();
                await catalog.ForgetAsync(id);
            }
        }
    }

    private async Task ManageAsync()
    {
        var actor = new AccessActor { Id = "somebody", Project = "", Organization = "org", Role = KeyRole.Admin };
        await new AccessDirectory(Journal, Ids, TimeProvider.System).CreateProjectAsync(actor, new NewProject { Name = "project" });
        var audit = new AuditLog(Journal, Ids, "local");
        for (var i = 0; i < 3; i++)
        {
            await audit.AppendAsync(new AuditEntry { At = i, Actor = "somebody", Role = KeyRole.Admin, Action = "keys list", Target = "", Status = 200 });
        }
    }

    private async Task LeaveOpenAsync()
    {
        var conversation = (await Host.Client.CreateConversationAsync()).Id;
        await Host.Client.StartTurnAsync(conversation, Host.Turn("held", key: "held"));
        await Host.Client.StartTurnAsync(conversation, Host.Turn("behind"));
        await Host.Client.StartTurnAsync(null, Host.Turn("held") with { CreateConversation = true });
    }
}
