using System.Net;
using System.Text.Json;
using OrleansAi.Access.Keys;
using OrleansAi.Contracts.Conversations;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Contracts.Vendors;
using OrleansAi.Engine.Runs;
using OrleansAi.Grains;
using OrleansAi.Testing;
using Xunit;
using NewCollection = OrleansAi.Contracts.Collections.NewCollection;

namespace OrleansAi.Tests.Cluster.Access;

/// <summary>Tenants never meet (invariant 13), on no route of the HTTP front.</summary>
[Collection(AccessCollection.Name)]
public sealed class IsolationTests(AccessCluster cluster)
{
    /// <summary>The id of a conversation that both tenants have.</summary>
    public const string SharedConversation = "conv_00000000000000000000000000";

    /// <summary>The id of a vector store that both tenants have.</summary>
    public const string SharedStore = "vs_00000000000000000000000000";

    private static readonly IdSource Ids = new(TimeProvider.System);
    private readonly string _first = cluster.NewOrganization();
    private readonly string _second = cluster.NewOrganization();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EveryRoute_AskedByAnotherTenant_TellsNothing(bool sameOrganization)
    {
        var (host, front) = (cluster.Host, cluster.Front(0));
        var one = await EstateAsync(host, front, _first, "alpha");
        var two = await EstateAsync(host, front, sameOrganization ? _first : _second, "omega");

        // Lists first: a tenant's own audit log tells, rightly, what it has tried on another's things.
        var cases = IsolationCases.All.Where(@case => !sameOrganization || !@case.IsOfOrganization)
            .OrderBy(static @case => @case.NamesThings).ToArray();

        // In both directions, so that nothing rests on who was there first.
        foreach (var (owner, other) in new[] { (one, two), (two, one) })
        {
            foreach (var @case in cases)
            {
                await ReportVendorsAsync(host, one, two);
                var (path, body) = @case.Make(owner);
                var seen = await front.SendAsync(other.Key, @case.Method, path, body, @case.MediaType);
                if (@case.NamesThings)
                {
                    // What another tenant has cannot be told from what nobody has.
                    var (nowhere, nobodys) = @case.Make(owner.Nothing!);
                    var unknown = await front.SendAsync(other.Key, @case.Method, nowhere, nobodys, @case.MediaType);
                    Assert.True(seen.Status != HttpStatusCode.InternalServerError, $"{@case}: {seen.Body}");
                    AssertSame(@case, unknown.Seen([.. owner.Nothing!.Marks]), seen.Seen([.. owner.Marks]));
                }
                else
                {
                    AssertNothing(@case, seen, owner, path + body);
                }

                if (@case.OwnerSends)
                {
                    var own = await front.SendAsync(owner.Key, @case.Method, path, body, @case.MediaType);
                    Assert.True(@case.OwnStatus == (int)own.Status, $"{@case} for its owner: {own}");
                    Assert.Contains(@case.OwnMark?.Invoke(owner) ?? "", own.Body, StringComparison.Ordinal);
                }
            }

            // Nothing that was tried had an effect on whose it is.
            Assert.Equal(HttpStatusCode.OK, (await front.SendAsync(owner.Key, "GET", $"/v1/conversations/{owner.Conversation}")).Status);
            Assert.Equal(HttpStatusCode.OK, (await front.SendAsync(owner.Key, "GET", $"/v1/files/{owner.File}/content")).Status);
            Assert.Equal(HttpStatusCode.OK, (await front.SendAsync(owner.Key, "GET", $"/v1/vector_stores/{owner.Store}/files/{owner.File}")).Status);
        }
    }

    [Fact]
    public void EveryRoute_HasACase() =>
        Assert.Equal(cluster.Front(0).Routes.Distinct().Order(), IsolationCases.All.Select(static @case => @case.Route).Distinct().Order());

    [Fact]
    public async Task IdempotencyKey_OfTwoTenants_MakesARunForEach()
    {
        var (host, front) = (cluster.Host, cluster.Front(0));
        var one = await Front.KeyAsync(host, _first);
        var two = await Front.KeyAsync(host, _second);

        var first = await SendAsync(one, "a secret");
        var again = await SendAsync(one, "a secret");
        var other = await SendAsync(two, "another");

        Assert.Equal(HttpStatusCode.OK, other.Status);
        Assert.Equal((string)first.Json["id"]!, (string)again.Json["id"]!);
        Assert.NotEqual((string)first.Json["id"]!, (string)other.Json["id"]!);
        Assert.DoesNotContain("a secret", other.Body, StringComparison.Ordinal);

        async Task<Answer> SendAsync(TestKey key, string text)
        {
            using var request = Front.Request(key, "POST", "/v1/responses", $$"""{"input":"{{text}}"}""");
            request.Headers.Add("Idempotency-Key", "the same");
            using var answer = await front.Http.SendAsync(request);
            return await Answer.ReadAsync(answer);
        }
    }

    internal static async Task<Estate> EstateAsync(Host host, Front front, string organization, string name)
    {
        var projectName = $"project-of-{name}";
        var text = $"text-of-{name}";
        var key = await Front.KeyAsync(host, organization, projectName);
        await host.Grains.GetGrain<IConversationGrain>($"{key.Project}/{SharedConversation}").Create(
            new Dictionary<string, string>(),
            [NewItem.Message(Role.User, text)]);
        var conversation = (string)(await front.SendAsync(key, "POST", "/v1/conversations", "{}")).Json["id"]!;
        var run = await front.SendAsync(
            key, "POST", "/v1/responses", JsonSerializer.Serialize(new { input = text, conversation }));
        Assert.Equal(HttpStatusCode.OK, run.Status);
        var completion = await front.SendAsync(
            key, "POST", "/v1/chat/completions", JsonSerializer.Serialize(new { store = true, messages = new[] { new { role = "user", content = text } } }));
        Assert.Equal(HttpStatusCode.OK, completion.Status);
        var items = await front.SendAsync(key, "GET", $"/v1/conversations/{conversation}/items?order=asc");
        var file = await front.SendAsync(key, "POST", "/v1/files", IsolationCases.Form(text), IsolationCases.FormType);
        Assert.Equal(HttpStatusCode.OK, file.Status);
        Assert.Equal(HttpStatusCode.OK, (await front.SendAsync(key, "POST", "/api/keys", """{"role":"app"}""")).Status);
        var (store, batch) = await StoresAsync(host, front, key, (string)file.Json["id"]!);
        return new Estate
        {
            Key = key,
            Conversation = conversation,
            Run = (string)run.Json["id"]!,
            Completion = (string)completion.Json["id"]!,
            Item = (string)items.Json["data"]![0]!["id"]!,
            File = (string)file.Json["id"]!,
            Store = store,
            Batch = batch,
            Text = text,
            ProjectName = projectName,
            Nothing = new Estate
            {
                Key = new TestKey(KeyText.Make().Id, "", Ids.New(IdPrefixes.Project)),
                Conversation = Ids.New(IdPrefixes.Conversation),
                Run = Ids.New(IdPrefixes.Response),
                Completion = Ids.New(IdPrefixes.ChatCompletion),
                File = Ids.New(IdPrefixes.File),
                Store = Ids.New(IdPrefixes.Collection),
                Batch = Ids.New(IdPrefixes.DocumentBatch),
                Item = ItemIds.Input(ItemKind.Message, Ids.New(IdPrefixes.Response), 0),
                Text = $"text-of-nobody-{name}",
                ProjectName = $"project-of-nobody-{name}",
                Nothing = null,
            },
        };
    }

    // The file is in a vector store of the tenant's own and in one whose id every tenant has.
    private static async Task<(string Store, string Batch)> StoresAsync(Host host, Front front, TestKey key, string file)
    {
        await host.Grains.GetGrain<ICollectionGrain>($"{key.Project}/{SharedStore}").Create(new NewCollection());
        var store = (string)(await front.SendAsync(key, "POST", "/v1/vector_stores", "{}")).Json["id"]!;
        var batch = "";
        foreach (var id in new[] { SharedStore, store })
        {
            var added = await front.SendAsync(key, "POST", $"/v1/vector_stores/{id}/file_batches", $$"""{"file_ids":["{{file}}"]}""");
            Assert.True(added.Status == HttpStatusCode.OK, added.ToString());
            batch = (string)added.Json["id"]!;
            await Eventually.GetAsync(
                () => front.SendAsync(key, "GET", $"/v1/vector_stores/{id}/files/{file}"),
                static seen => (string?)seen.Json["status"] == "completed",
                "the file is ingested");
        }

        return (store, batch);
    }

    // What silos tell of their vendors names runs of all tenants, and is forgotten after a while.
    private static Task ReportVendorsAsync(Host host, Estate one, Estate two)
    {
        string[] runs = [one.Run, two.Run];
        return host.Grains.GetGrain<IVendorBoardGrain>(0).Report(new SiloVendorReport
        {
            Silo = "silo",
            At = 1,
            Vendors =
            [
                new VendorReport
                {
                    Vendor = "double",
                    Kind = "openai",
                    Model = "m1",
                    State = VendorState.Drifting,
                    FirstSeen = [new ContractFindingReport { Kind = "unknown_field", Path = "$.x", FirstSeenAt = 1, Count = 2, Runs = runs }],
                },
            ],
            Alerts =
            [
                new Alert
                {
                    Id = "alert", Kind = "vendor_drift", Vendor = "double", Model = "m1", Since = 1, RaisedAt = 1,
                    Summary = "It drifts.", WhatToDo = "Look.", Runs = runs,
                },
            ],
        });
    }

    private static void AssertSame(IsolationCase @case, string unknown, string seen) =>
        Assert.True(unknown == seen, $"{@case} tells another tenant's from nobody's:\n{seen}\n--- nobody's:\n{unknown}");

    private static void AssertNothing(IsolationCase @case, Answer seen, Estate owner, string asked)
    {
        foreach (var mark in owner.Marks.Where(mark => !asked.Contains(mark, StringComparison.Ordinal)))
        {
            Assert.False(
                $"{seen.Headers}\n{seen.Body}".Contains(mark, StringComparison.Ordinal), $"{@case} shows another tenant '{mark}':\n{seen.Body}");
        }
    }
}
