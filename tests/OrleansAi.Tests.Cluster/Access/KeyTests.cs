using System.Diagnostics;
using System.Net;
using OrleansAi.Access.Keys;
using OrleansAi.Contracts.Access;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.Cluster.Access;

/// <summary>Keys on a cluster of two silos, each with its front, and a front that is only a client.</summary>
public sealed class KeyTests(PostgreSqlFixture postgreSql)
{
    [Fact]
    public async Task Revoke_WhileEveryFrontIsBusyWithTheKey_NoneAcceptsItAfterTheAnswer()
    {
        await using var vendor = await VendorServer.StartAsync();
        await using var host = await Host.StartAsync(await postgreSql.Instance.CreateDatabaseAsync(), vendor, silos: 2);
        await using var first = await Front.StartAsync(host, 0);
        await using var second = await Front.StartAsync(host, 1);
        await using var remote = await Front.StartAsync(host, null);
        var admin = await Front.KeyAsync(host, "acme");
        for (var round = 0; round < 3; round++)
        {
            var key = await Front.KeyAsync(host, "acme", role: KeyRole.App);
            using var stop = new CancellationTokenSource();
            Front[] fronts = [first, second, remote];
            var let = fronts.Select(static _ => new TaskCompletionSource()).ToArray();
            var busy = fronts.Select((front, i) => HammerAsync(front, key, let[i], stop.Token)).ToArray();
            await Task.WhenAll(let.Select(static one => one.Task)).WaitAsync(TimeSpan.FromSeconds(30));

            var answer = await fronts[round].SendAsync(admin, "POST", $"/api/keys/{key.Id}/revoke");
            var answered = Stopwatch.GetTimestamp();
            Assert.All(
                await Task.WhenAll(fronts.Select(front => front.SendAsync(key, "GET", "/v1/models"))),
                static refused => Assert.Equal((HttpStatusCode.Unauthorized, "invalid_api_key"), (refused.Status, refused.Code)));
            await stop.CancelAsync();

            Assert.Equal(HttpStatusCode.OK, answer.Status);
            foreach (var seen in await Task.WhenAll(busy))
            {
                Assert.DoesNotContain(seen, one => one.Began > answered && one.Status != HttpStatusCode.Unauthorized);
            }
        }
    }

    [Fact]
    public async Task Key_MadeAtOneFront_IsGoodAtTheOthersAtOnce()
    {
        await using var vendor = await VendorServer.StartAsync();
        await using var host = await Host.StartAsync(await postgreSql.Instance.CreateDatabaseAsync(), vendor, silos: 2);
        await using var first = await Front.StartAsync(host, 0);
        await using var second = await Front.StartAsync(host, 1);
        await using var remote = await Front.StartAsync(host, null);
        var admin = await Front.KeyAsync(host, "acme");
        Assert.Equal(HttpStatusCode.OK, (await second.SendAsync(admin, "GET", "/v1/models")).Status);

        var project = (string)(await first.SendAsync(admin, "POST", "/api/projects", """{"name":"another"}""")).Json["id"]!;
        var made = (await first.SendAsync(admin, "POST", "/api/keys", $$"""{"role":"operator","project":"{{project}}"}""")).Json;
        var key = new TestKey((string)made["id"]!, (string)made["key"]!, project);

        Assert.Equal(key.Id, KeyText.IdOf(key.Text));
        Assert.Equal(HttpStatusCode.OK, (await second.SendAsync(key, "GET", "/api/runs")).Status);
        Assert.Equal(HttpStatusCode.OK, (await remote.SendAsync(key, "GET", "/api/runs")).Status);
        Assert.DoesNotContain(key.Text[^43..], (await first.SendAsync(admin, "GET", "/api/keys")).Body, StringComparison.Ordinal);
        var entry = (await first.SendAsync(admin, "GET", "/api/audit?limit=1")).Json["data"]![0]!;
        Assert.Equal((admin.Id, "POST /api/keys", $"/api/keys/{key.Id}", 200), ((string)entry["actor"]!, (string)entry["action"]!, (string)entry["target"]!, (int)entry["status"]!));
    }

    [Fact]
    public async Task Request_WithoutAGoodKey_IsRefusedAlikeWhateverIsWrong()
    {
        await using var vendor = await VendorServer.StartAsync();
        await using var host = await Host.StartAsync(await postgreSql.Instance.CreateDatabaseAsync(), vendor);
        await using var front = await Front.StartAsync(host, 0);
        var key = await Front.KeyAsync(host, "acme");
        var changed = key.Text[^1] == 'A' ? 'B' : 'A';

        foreach (var path in new[] { "/v1/models", "/v1/nothing", "/api/runs", "/api/nothing", "/" })
        {
            var unknown = await front.SendAsync(key with { Text = KeyText.Make().Text }, "GET", path);
            var wrong = await front.SendAsync(key with { Text = key.Text[..^1] + changed }, "GET", path);
            var malformed = await front.SendAsync(key with { Text = "sk-1" }, "GET", path);
            var missing = await front.SendAsync(null, "GET", path);

            Assert.Equal(HttpStatusCode.Unauthorized, unknown.Status);
            Assert.Equal("invalid_api_key", unknown.Code);
            Assert.Equal(unknown.Seen(), wrong.Seen());
            Assert.Equal(unknown.Seen(), malformed.Seen());
            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_api_key"), (missing.Status, missing.Code));
        }

        Assert.Equal(HttpStatusCode.OK, (await front.SendAsync(null, "GET", "/health/live")).Status);
        Assert.Equal(0, vendor.Count);
    }

    [Theory]
    [InlineData(KeyRole.App, 403, 403)]
    [InlineData(KeyRole.Operator, 200, 403)]
    [InlineData(KeyRole.Admin, 200, 200)]
    public async Task Roles_OpenWhatTheyAreFor(KeyRole role, int operators, int admins)
    {
        await using var vendor = await VendorServer.StartAsync();
        await using var host = await Host.StartAsync(await postgreSql.Instance.CreateDatabaseAsync(), vendor);
        await using var front = await Front.StartAsync(host, 0);
        var key = await Front.KeyAsync(host, "acme", role: role);

        Assert.Equal(200, (int)(await front.SendAsync(key, "GET", "/v1/models")).Status);
        foreach (var path in new[] { "/api/runs", "/api/vendors", "/api/alerts", "/api/audit" })
        {
            Assert.Equal(operators, (int)(await front.SendAsync(key, "GET", path)).Status);
        }

        foreach (var path in new[] { "/api/keys", "/api/projects" })
        {
            var answer = await front.SendAsync(key, "GET", path);
            Assert.Equal(admins, (int)answer.Status);
            Assert.Equal(admins == 403 ? "forbidden" : null, answer.Code);
        }

        // What is refused is in the log of whoever was refused.
        var admin = await Front.KeyAsync(host, "acme");
        var refused = (await front.SendAsync(admin, "GET", "/api/audit")).Json["data"]!.AsArray();
        Assert.Equal(
            (operators == 403 ? 4 : 0) + (admins == 403 ? 2 : 0),
            refused.Count(entry => (string)entry!["actor"]! == key.Id && (string)entry["outcome"]! == "refused"));
    }

    private static async Task<List<(long Began, HttpStatusCode Status)>> HammerAsync(
        Front front, TestKey key, TaskCompletionSource let, CancellationToken stop)
    {
        var seen = new List<(long, HttpStatusCode)>();
        while (!stop.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            var status = (await front.SendAsync(key, "GET", "/v1/models")).Status;
            seen.Add((began, status));
            if (status == HttpStatusCode.OK)
            {
                let.TrySetResult();
            }
        }

        return seen;
    }
}
