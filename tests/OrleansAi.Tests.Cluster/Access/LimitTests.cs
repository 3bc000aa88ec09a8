using System.Diagnostics;
using System.Net;
using OrleansAi.Contracts.Access;
using OrleansAi.Testing;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.Cluster.Access;

/// <summary>Limits of keys and projects on a cluster of two silos with a front each.</summary>
public sealed class LimitTests(PostgreSqlFixture postgreSql)
{
    private const string Turn = """{"input":"hello"}""";

    [Fact]
    public async Task Requests_AtBothSilosAtOnce_CountTogether()
    {
        await using var cluster = await StartAsync();
        var key = await Front.KeyAsync(cluster.Host, "acme", role: KeyRole.App, limits: new RateLimits { RequestsPerMinute = 20 });
        var began = Stopwatch.GetTimestamp();

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => cluster.Front(i).SendAsync(key, "GET", "/v1/models")));

        // What flows back meanwhile is one for each three seconds.
        var most = 20 + 1 + (int)(Stopwatch.GetElapsedTime(began).TotalSeconds / 3);
        Assert.InRange(answers.Count(static answer => answer.Status == HttpStatusCode.OK), 20, most);
        var refused = answers.First(static answer => answer.Status != HttpStatusCode.OK);
        Assert.Equal((HttpStatusCode.TooManyRequests, "rate_limited"), (refused.Status, refused.Code));
        Assert.Contains("Retry-After: ", refused.Headers, StringComparison.Ordinal);
        Assert.Contains("x-ratelimit-limit-requests: 20", refused.Headers, StringComparison.Ordinal);
        Assert.Contains("x-ratelimit-remaining-requests: 0", refused.Headers, StringComparison.Ordinal);
        Assert.Contains("x-ratelimit-reset-requests: ", refused.Headers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Project_WithTwoKeys_IsLimitedAsAWhole()
    {
        await using var cluster = await StartAsync();
        var one = await Front.KeyAsync(cluster.Host, "acme", role: KeyRole.App, projectLimits: new RateLimits { RequestsPerMinute = 2 });
        var two = await Front.KeyAsync(cluster.Host, "acme", role: KeyRole.App);
        var elsewhere = await Front.KeyAsync(cluster.Host, "acme", "other", KeyRole.App);

        Assert.Equal(HttpStatusCode.OK, (await cluster.Front(0).SendAsync(one, "GET", "/v1/models")).Status);
        Assert.Equal(HttpStatusCode.OK, (await cluster.Front(1).SendAsync(two, "GET", "/v1/models")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await cluster.Front(0).SendAsync(two, "GET", "/v1/models")).Status);
        Assert.Equal(HttpStatusCode.OK, (await cluster.Front(1).SendAsync(elsewhere, "GET", "/v1/models")).Status);
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("background")]
    [InlineData("hang up")]
    public async Task Runs_OpenAtOneSilo_HoldTheirPlacesAtTheOtherUntilTheyEnd(string how)
    {
        await using var cluster = await StartAsync();
        var key = await Front.KeyAsync(cluster.Host, "acme", role: KeyRole.App, limits: new RateLimits { ConcurrentRuns = 1 });
        var gate = new TaskCompletionSource();
        cluster.Vendor.Behave = call => call.LastMessage == "held" ? new Behaviour { Gate = gate.Task } : new Behaviour();

        using var caller = new CancellationTokenSource();
        using var request = Front.Request(
            key, "POST", "/v1/responses", how == "hang up" ? """{"input":"held"}""" : $$"""{"input":"held","{{how}}":true}""");
        var held = cluster.Front(0).Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, caller.Token);
        await Eventually.GetAsync(() => Task.FromResult(cluster.Vendor.Count), static calls => calls == 1, "the vendor is called");
        if (how == "hang up")
        {
            await caller.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
        }

        for (var i = 0; i < 4; i++)
        {
            var refused = await cluster.Front(i).SendAsync(key, "POST", "/v1/responses", Turn);
            Assert.Equal((HttpStatusCode.TooManyRequests, "rate_limited"), (refused.Status, refused.Code));
            Assert.Contains("Retry-After: 1", refused.Headers, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await cluster.Front(i).SendAsync(key, "GET", "/v1/models")).Status);
        }

        gate.SetResult();
        if (how != "hang up")
        {
            using var answer = await held;
            await answer.Content.ReadAsStringAsync();
        }

        await Eventually.GetAsync(
            () => cluster.Front(1).SendAsync(key, "POST", "/v1/responses", Turn),
            static answer => answer.Status == HttpStatusCode.OK,
            "the place is free again");
    }

    [Fact]
    public async Task Tokens_ThatARunTook_AreChargedWhenItHasEnded()
    {
        await using var cluster = await StartAsync();
        cluster.Vendor.Behave = static _ => new Behaviour { Answer = string.Join(' ', Enumerable.Repeat("word", 2_000)) };
        var key = await Front.KeyAsync(cluster.Host, "acme", role: KeyRole.App, limits: new RateLimits { TokensPerMinute = 200 });

        Assert.Equal(HttpStatusCode.OK, (await cluster.Front(0).SendAsync(key, "POST", "/v1/responses", Turn)).Status);

        var refused = await Eventually.GetAsync(
            () => cluster.Front(1).SendAsync(key, "POST", "/v1/chat/completions", """{"messages":[{"role":"user","content":"hello"}]}"""),
            static answer => answer.Status == HttpStatusCode.TooManyRequests,
            "the run is charged");
        Assert.Contains("x-ratelimit-remaining-tokens: 0", refused.Headers, StringComparison.Ordinal);
        Assert.Contains("200 tokens in a minute", refused.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_OfARepeatedRequest_AreChargedOnce()
    {
        await using var cluster = await StartAsync();
        cluster.Vendor.Behave = static _ => new Behaviour { Answer = string.Join(' ', Enumerable.Repeat("word", 200)) };
        var key = await Front.KeyAsync(cluster.Host, "acme", role: KeyRole.App, limits: new RateLimits { TokensPerMinute = 1_000 });
        for (var i = 0; i < 20; i++)
        {
            using var request = Front.Request(key, "POST", "/v1/responses", Turn);
            request.Headers.Add("Idempotency-Key", "the same");
            using var answer = await cluster.Front(i).Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal(1, cluster.Vendor.Count);
    }

    [Fact]
    public async Task Tokens_OfABodyThatDoesNotSayItsLength_AreTakenAtOnce()
    {
        await using var cluster = await StartAsync();
        var gate = new TaskCompletionSource();
        cluster.Vendor.Behave = call => call.LastMessage.StartsWith("held", StringComparison.Ordinal) ? new Behaviour { Gate = gate.Task } : new Behaviour();
        var key = await Front.KeyAsync(cluster.Host, "acme", role: KeyRole.App, limits: new RateLimits { TokensPerMinute = 500 });
        using var request = Front.Request(key, "POST", "/v1/responses", $$"""{"input":"held {{new string('x', 8_000)}}"}""");
        request.Headers.TransferEncodingChunked = true;
        var held = cluster.Front(0).Http.SendAsync(request);
        await Eventually.GetAsync(() => Task.FromResult(cluster.Vendor.Count), static calls => calls == 1, "the vendor is called");

        var refused = await cluster.Front(1).SendAsync(key, "POST", "/v1/responses", Turn);

        Assert.Equal((HttpStatusCode.TooManyRequests, "rate_limited"), (refused.Status, refused.Code));
        gate.SetResult();
        using var answer = await held;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Management_OfOneKey_IsBoundedBeforeTheAuditLog()
    {
        await using var cluster = await StartAsync(("OrleansAi:Limits:ManagementRequestsPerMinute", "3"));
        var app = await Front.KeyAsync(cluster.Host, "acme", role: KeyRole.App);
        var answers = new List<Answer>();
        for (var i = 0; i < 5; i++)
        {
            answers.Add(await cluster.Front(0).SendAsync(app, "POST", "/api/keys", "{}"));
        }

        Assert.Equal([403, 403, 403, 429, 429], answers.Select(static answer => (int)answer.Status));
        Assert.Equal("rate_limited", answers[^1].Code);
        Assert.Contains("Retry-After: ", answers[^1].Headers, StringComparison.Ordinal);
        var admin = await Front.KeyAsync(cluster.Host, "acme");
        var audit = await cluster.Front(0).SendAsync(admin, "GET", "/api/audit");
        Assert.Equal(3, audit.Json["data"]!.AsArray().Count(entry => (string?)entry!["actor"] == app.Id));
    }

    [Fact]
    public async Task NoLimit_NoCounterIsEverAsked()
    {
        await using var cluster = await StartAsync();
        var key = await Front.KeyAsync(cluster.Host, "acme", role: KeyRole.App);

        var answer = await cluster.Front(0).SendAsync(key, "POST", "/v1/responses", Turn);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.DoesNotContain("x-ratelimit", answer.Headers, StringComparison.OrdinalIgnoreCase);
        var grains = await cluster.Host.Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        Assert.NotEmpty(grains);
        Assert.DoesNotContain(grains, static grain => grain.GrainType.Contains("RateLimit", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Defaults_OfTheConfiguration_HoldWhereTheRecordSaysNothing()
    {
        await using var cluster = await StartAsync(("OrleansAi:Limits:Key:RequestsPerMinute", "1"));
        var plain = await Front.KeyAsync(cluster.Host, "acme", role: KeyRole.App);
        var special = await Front.KeyAsync(cluster.Host, "acme", role: KeyRole.App, limits: new RateLimits { RequestsPerMinute = 3 });

        Assert.Contains("limit-requests: 1", (await cluster.Front(0).SendAsync(plain, "GET", "/v1/models")).Headers, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await cluster.Front(1).SendAsync(plain, "GET", "/v1/models")).Status);
        Assert.Contains("limit-requests: 3", (await cluster.Front(0).SendAsync(special, "GET", "/v1/models")).Headers, StringComparison.Ordinal);
    }

    private async Task<Two> StartAsync(params (string Key, string Value)[] settings)
    {
        var vendor = await VendorServer.StartAsync();
        var host = await Host.StartAsync(await postgreSql.Instance.CreateDatabaseAsync(), vendor, silos: 2);
        return new Two(vendor, host, await Front.StartAsync(host, 0, settings), await Front.StartAsync(host, 1, settings));
    }

    private sealed record Two(VendorServer Vendor, Host Host, Front First, Front Second) : IAsyncDisposable
    {
        public Front Front(int index) => index % 2 == 0 ? First : Second;

        public async ValueTask DisposeAsync()
        {
            await First.DisposeAsync();
            await Second.DisposeAsync();
            await Host.DisposeAsync();
            await Vendor.DisposeAsync();
        }
    }
}
