using System.Diagnostics;
using System.Net;
using OrleansAi.Access.Keys;
using OrleansAi.Contracts.Access;
using Xunit;

namespace OrleansAi.Tests.Cluster.Access;

/// <summary>Keys on a cluster of two silos, each with its front, and a front that is only a client.</summary>
public sealed class KeyTests(AccessCluster cluster) : IClassFixture<AccessCluster>
{
    private readonly string _organization = cluster.NewOrganization();
    private readonly int _calls = cluster.Vendor.Count;

    [Fact]
    public async Task Revoke_WhileEveryFrontIsBusyWithTheKey_NoneAcceptsItAfterTheAnswer()
    {
        var (host, first, second, remote) = (cluster.Host, cluster.Front(0), cluster.Front(1), cluster.Remote);
        var admin = await Front.KeyAsync(host, _organization);
        for (var round = 0; round < 3; round++)
        {
            var key = await Front.KeyAsync(host, _organization, role: KeyRole.App);
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
        var (host, first, second, remote) = (cluster.Host, cluster.Front(0), cluster.Front(1), cluster.Remote);
        var admin = await Front.KeyAsync(host, _organization);
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
        var (host, front) = (cluster.Host, cluster.Front(0));
        var key = await Front.KeyAsync(host, _organization);
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
        Assert.Equal(_calls, cluster.Vendor.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer  ")]
    [InlineData("bearer oai_sk_")]
    [InlineData("Bearer oai_sk_00000000_")]
    [InlineData("Bearer oai_sk_00000000_{{key}} {{key}}")]
    [InlineData("Basic {{key}}")]
    [InlineData("{{key}}")]
    [InlineData("Bearer, Bearer {{key}}")]
    public async Task Authorization_Malformed_IsRefusedByName(string header)
    {
        var key = await Front.KeyAsync(cluster.Host, _organization);
        using var request = Front.Request(null, "GET", "/v1/models");
        request.Headers.TryAddWithoutValidation("Authorization", header.Replace("{{key}}", key.Text, StringComparison.Ordinal));
        using var answer = await cluster.Front(0).Http.SendAsync(request);
        var refused = await Answer.ReadAsync(answer);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_api_key"), (refused.Status, refused.Code));
        Assert.DoesNotContain(key.Text[^43..], refused.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/keys", "")]
    [InlineData("/api/keys", "[]")]
    [InlineData("/api/keys", "{")]
    [InlineData("/api/keys", """{"role":7}""")]
    [InlineData("/api/keys", """{"role":"king"}""")]
    [InlineData("/api/keys", """{"role":"app","project":"nobody's"}""")]
    [InlineData("/api/keys", """{"role":"app","expires_at":"soon"}""")]
    [InlineData("/api/keys", """{"role":"app","expires_at":1}""")]
    [InlineData("/api/keys", """{"role":"app","limits":7}""")]
    [InlineData("/api/keys", """{"role":"app","limits":{"requests_per_minute":0}}""")]
    [InlineData("/api/keys", """{"role":"app","limits":{"requests_per_minute":1.5}}""")]
    [InlineData("/api/keys", """{"role":"app","limits":{"nonsense":1}}""")]
    [InlineData("/api/keys", """{"role":"app","name":"\u0000"}""")]
    [InlineData("/api/keys", """{"role":"app","nonsense":1}""")]
    [InlineData("/api/projects", "")]
    [InlineData("/api/projects", "null")]
    [InlineData("/api/projects", "{}")]
    [InlineData("/api/projects", """{"name":""}""")]
    [InlineData("/api/projects", """{"name":7}""")]
    [InlineData("/api/projects", """{"name":"\ud800"}""")]
    [InlineData("/api/projects", """{"name":"a\u0000b"}""")]
    [InlineData("/api/projects", """{"name":"x","limits":[]}""")]
    [InlineData("/api/projects", """{"name":"x","nonsense":1}""")]
    public async Task Management_MalformedBody_IsRefusedByNameAndMakesNothing(string path, string body)
    {
        var admin = await Front.KeyAsync(cluster.Host, _organization);
        var before = (await cluster.Front(0).SendAsync(admin, "GET", path)).Json["data"]!.AsArray().Count;
        var refused = await cluster.Front(0).SendAsync(admin, "POST", path, body);
        Assert.True((int)refused.Status is >= 400 and < 500, refused.ToString());
        Assert.NotNull(refused.Code);
        Assert.Equal(before, (await cluster.Front(1).SendAsync(admin, "GET", path)).Json["data"]!.AsArray().Count);
    }

    [Theory]
    [InlineData(KeyRole.App, 403, 403)]
    [InlineData(KeyRole.Operator, 200, 403)]
    [InlineData(KeyRole.Admin, 200, 200)]
    public async Task Roles_OpenWhatTheyAreFor(KeyRole role, int operators, int admins)
    {
        var (host, front) = (cluster.Host, cluster.Front(0));
        var key = await Front.KeyAsync(host, _organization, role: role);

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
        var admin = await Front.KeyAsync(host, _organization);
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
