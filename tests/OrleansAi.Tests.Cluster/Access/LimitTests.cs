using System.Diagnostics;
using System.Globalization;
using System.Net;
using OrleansAi.Contracts.Access;
using OrleansAi.Testing;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.Cluster.Access;

/// <summary>Limits of keys and projects on a cluster of two silos with a front each.</summary>
[Collection(AccessCollection.Name)]
public sealed class LimitTests(AccessCluster cluster)
{
    private const string Turn = """{"input":"hello"}""";

    private readonly string _organization = cluster.NewOrganization();
    private readonly int _calls = cluster.Vendor.Count;

    [Fact]
    public async Task Requests_AtBothSilosAtOnce_CountTogether()
    {
        var key = await Front.KeyAsync(cluster.Host, _organization, role: KeyRole.App, limits: new RateLimits { RequestsPerMinute = 20 });
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
        var one = await Front.KeyAsync(cluster.Host, _organization, role: KeyRole.App, projectLimits: new RateLimits { RequestsPerMinute = 2 });
        var two = await Front.KeyAsync(cluster.Host, _organization, role: KeyRole.App);
        var elsewhere = await Front.KeyAsync(cluster.Host, _organization, "other", KeyRole.App);

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
        var key = await Front.KeyAsync(cluster.Host, _organization, role: KeyRole.App, limits: new RateLimits { ConcurrentRuns = 1 });
        var gate = new TaskCompletionSource();
        cluster.Vendor.Behave = call => call.LastMessage == "held" ? new Behaviour { Gate = gate.Task } : new Behaviour();

        using var caller = new CancellationTokenSource();
        using var request = Front.Request(
            key, "POST", "/v1/responses", how == "hang up" ? """{"input":"held"}""" : $$"""{"input":"held","{{how}}":true}""");
        var held = cluster.Front(0).Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, caller.Token);
        await Eventually.GetAsync(() => Task.FromResult(cluster.Vendor.Count), calls => calls == _calls + 1, "the vendor is called");
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
    public async Task Forks_MadeAtOnce_TakeAPlaceEach()
    {
        var key = await Front.KeyAsync(cluster.Host, _organization, role: KeyRole.Operator, limits: new RateLimits { ConcurrentRuns = 2 });
        var gate = new TaskCompletionSource();
        cluster.Vendor.Behave = static _ => new Behaviour();
        var turn = await cluster.Front(0).SendAsync(key, "POST", "/v1/responses", Turn);
        var origin = (string)System.Text.Json.Nodes.JsonNode.Parse(turn.Body)!["id"]!;

        var refused = await Eventually.GetAsync(
            () => cluster.Front(0).SendAsync(key, "POST", $"/api/runs/{origin}/fork", """{"count":3}"""),
            static answer => answer.Body.Contains("rate_limited", StringComparison.Ordinal),
            "three are too many");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.DoesNotContain("resp_", (await cluster.Front(0).SendAsync(key, "GET", $"/api/runs?forkedFrom={origin}")).Body, StringComparison.Ordinal);

        cluster.Vendor.Behave = _ => new Behaviour { Gate = gate.Task };
        await Eventually.GetAsync(
            () => cluster.Front(0).SendAsync(key, "POST", $"/api/runs/{origin}/fork", """{"count":2}"""),
            static answer => answer.Status == HttpStatusCode.OK,
            "both places are free");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await cluster.Front(1).SendAsync(key, "POST", "/v1/responses", Turn)).Status);

        gate.SetResult();
        await Eventually.GetAsync(
            () => cluster.Front(1).SendAsync(key, "POST", "/v1/responses", Turn),
            static answer => answer.Status == HttpStatusCode.OK,
            "the places are free again");
    }

    [Fact]
    public async Task Tokens_ThatARunTook_AreChargedWhenItHasEnded()
    {
        cluster.Vendor.Behave = static _ => new Behaviour { Answer = string.Join(' ', Enumerable.Repeat("word", 2_000)) };
        var key = await Front.KeyAsync(cluster.Host, _organization, role: KeyRole.App, limits: new RateLimits { TokensPerMinute = 200 });

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
        cluster.Vendor.Behave = static _ => new Behaviour { Answer = string.Join(' ', Enumerable.Repeat("word", 200)) };
        var key = await Front.KeyAsync(cluster.Host, _organization, role: KeyRole.App, limits: new RateLimits { TokensPerMinute = 1_000 });
        for (var i = 0; i < 20; i++)
        {
            using var request = Front.Request(key, "POST", "/v1/responses", Turn);
            request.Headers.Add("Idempotency-Key", "the same");
            using var answer = await cluster.Front(i).Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal(_calls + 1, cluster.Vendor.Count);
    }

    [Fact]
    public async Task Tokens_OfEmbeddings_AreChargedAsTheyWereAndHoldNoRun()
    {
        var key = await Front.KeyAsync(
            cluster.Host, _organization, role: KeyRole.App, limits: new RateLimits { TokensPerMinute = 500, ConcurrentRuns = 1 });
        var body = $$"""{"input":"{{string.Join(' ', Enumerable.Repeat("a", 450))}}"}""";

        var first = await cluster.Front(0).SendAsync(key, "POST", "/v1/embeddings", body);

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal(450, (int)first.Json["usage"]!["total_tokens"]!);
        var refused = await Eventually.GetAsync(
            () => cluster.Front(1).SendAsync(key, "POST", "/v1/embeddings", body),
            static answer => answer.Status == HttpStatusCode.TooManyRequests,
            "the tokens are charged");
        Assert.Contains("500 tokens in a minute", refused.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_OfABodyThatDoesNotSayItsLength_AreTakenAtOnce()
    {
        var gate = new TaskCompletionSource();
        cluster.Vendor.Behave = call => call.LastMessage.StartsWith("held", StringComparison.Ordinal) ? new Behaviour { Gate = gate.Task } : new Behaviour();
        var key = await Front.KeyAsync(cluster.Host, _organization, role: KeyRole.App, limits: new RateLimits { TokensPerMinute = 500 });
        using var request = Front.Request(key, "POST", "/v1/responses", $$"""{"input":"held {{new string('x', 8_000)}}"}""");
        request.Headers.TransferEncodingChunked = true;
        var held = cluster.Front(0).Http.SendAsync(request);
        await Eventually.GetAsync(() => Task.FromResult(cluster.Vendor.Count), calls => calls == _calls + 1, "the vendor is called");

        var refused = await cluster.Front(1).SendAsync(key, "POST", "/v1/responses", Turn);

        Assert.Equal((HttpStatusCode.TooManyRequests, "rate_limited"), (refused.Status, refused.Code));
        gate.SetResult();
        using var answer = await held;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Management_OfOneKey_IsBoundedBeforeTheAuditLog()
    {
        await using var front = await Front.StartAsync(cluster.Host, null, ("OrleansAi:Limits:ManagementRequestsPerMinute", "3"));
        var app = await Front.KeyAsync(cluster.Host, _organization, role: KeyRole.App);
        var answers = new List<Answer>();
        for (var i = 0; i < 5; i++)
        {
            answers.Add(await front.SendAsync(app, "POST", "/api/keys", "{}"));
        }

        Assert.Equal([403, 403, 403, 429, 429], answers.Select(static answer => (int)answer.Status));
        Assert.Equal("rate_limited", answers[^1].Code);
        Assert.Contains("Retry-After: ", answers[^1].Headers, StringComparison.Ordinal);
        var admin = await Front.KeyAsync(cluster.Host, _organization);
        var audit = await front.SendAsync(admin, "GET", "/api/audit");
        Assert.Equal(3, audit.Json["data"]!.AsArray().Count(entry => (string?)entry!["actor"] == app.Id));
    }

    [Fact]
    public async Task NoLimit_NoCounterIsEverAsked()
    {
        var key = await Front.KeyAsync(cluster.Host, _organization, role: KeyRole.App);

        var answer = await cluster.Front(0).SendAsync(key, "POST", "/v1/responses", Turn);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.DoesNotContain("x-ratelimit", answer.Headers, StringComparison.OrdinalIgnoreCase);
        var grains = await cluster.Host.Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        Assert.NotEmpty(grains);
        Assert.DoesNotContain(grains, grain => grain.GrainType.Contains("RateLimit", StringComparison.Ordinal) && grain.GrainId.Key.ToString() == key.Project);
    }

    [Fact]
    public async Task Defaults_OfTheConfiguration_HoldWhereTheRecordSaysNothing()
    {
        await using var front = await Front.StartAsync(cluster.Host, null, ("OrleansAi:Limits:Key:RequestsPerMinute", "1"));
        var plain = await Front.KeyAsync(cluster.Host, _organization, role: KeyRole.App);
        var special = await Front.KeyAsync(cluster.Host, _organization, role: KeyRole.App, limits: new RateLimits { RequestsPerMinute = 3 });

        Assert.Contains("limit-requests: 1", (await front.SendAsync(plain, "GET", "/v1/models")).Headers, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await front.SendAsync(plain, "GET", "/v1/models")).Status);
        Assert.Contains("limit-requests: 3", (await front.SendAsync(special, "GET", "/v1/models")).Headers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Choices_OfOneRequest_TakeAPlaceEachAndAreAllCharged()
    {
        var key = await Front.KeyAsync(cluster.Host, _organization, role: KeyRole.App, limits: new RateLimits { RequestsPerMinute = 10_000, ConcurrentRuns = 3, TokensPerMinute = 20_000 });
        var gate = new TaskCompletionSource();
        cluster.Vendor.Behave = call => new Behaviour
        {
            Answer = string.Join(' ', Enumerable.Repeat("word", 2_000)),
            Gate = call.LastMessage == "held" ? gate.Task : null,
        };

        var refused = await cluster.Front(0).SendAsync(key, "POST", "/v1/chat/completions", Chat("at once", 4));
        Assert.Equal((HttpStatusCode.TooManyRequests, "rate_limited"), (refused.Status, refused.Code));
        Assert.Equal(_calls, cluster.Vendor.Count);

        var held = cluster.Front(0).SendAsync(key, "POST", "/v1/chat/completions", Chat("held", 3));
        await Eventually.GetAsync(() => Task.FromResult(cluster.Vendor.Count), calls => calls == _calls + 3, "three runs are open");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await cluster.Front(1).SendAsync(key, "POST", "/v1/responses", Turn)).Status);
        gate.SetResult();
        Assert.Equal(3, (await held).Json["choices"]!.AsArray().Count);

        // Each wrote 2,500 tokens as the vendor counts them, which flow back at 333 a second.
        await Eventually.GetAsync(
            () => cluster.Front(1).SendAsync(key, "GET", "/v1/models"),
            static answer => Remaining(answer) is < 14_000,
            "all choices are charged",
            seconds: 4);
        Assert.Equal(HttpStatusCode.OK, (await cluster.Front(1).SendAsync(key, "POST", "/v1/chat/completions", Chat("again", 3))).Status);
    }

    [Theory]
    [InlineData("store", false)]
    [InlineData("store", true)]
    [InlineData("delete", false)]
    [InlineData("delete while open", false)]
    public async Task Runs_ThatLeaveNothingBehind_GiveTheirPlacesBackAndAreCharged(string how, bool stream)
    {
        var key = await Front.KeyAsync(cluster.Host, _organization, role: KeyRole.App, limits: new RateLimits { RequestsPerMinute = 10_000, ConcurrentRuns = 1, TokensPerMinute = 4_000 });
        var isOpen = how == "delete while open";
        cluster.Vendor.Behave = call => new Behaviour
        {
            Answer = string.Join(' ', Enumerable.Repeat("word", 2_000)),
            Gate = isOpen && call.LastMessage == "held" ? new TaskCompletionSource().Task : null,
        };
        var body = how == "store"
            ? $$"""{"input":"held","store":false,"stream":{{(stream ? "true" : "false")}}}"""
            : $$"""{"input":"held","background":{{(isOpen ? "true" : "false")}}}""";

        var answer = await cluster.Front(0).SendAsync(key, "POST", "/v1/responses", body);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        if (how != "store")
        {
            Assert.Equal(HttpStatusCode.OK, (await cluster.Front(1).SendAsync(key, "DELETE", $"/v1/responses/{(string)answer.Json["id"]!}")).Status);
        }

        // In debt by nothing: 2,500 of 4,000 tokens are gone, and flow back at 67 a second.
        if (!isOpen)
        {
            await Eventually.GetAsync(
                () => cluster.Front(1).SendAsync(key, "GET", "/v1/models"), static next => Remaining(next) is < 2_500, "the run is charged", seconds: 10);
        }

        await Eventually.GetAsync(
            () => cluster.Front(1).SendAsync(key, "POST", "/v1/responses", Turn), static next => next.Status == HttpStatusCode.OK, "the place is free again");
    }

    [Fact]
    public void EveryRouteThatBeginsWork_IsRefusedByASaturatedFront() => Assert.Equal(
        [
            "/api/runs/{id}/fork", "/api/runs/{id}/promote", "/v1/chat/completions", "/v1/conversations", "/v1/conversations/{id}/items", "/v1/embeddings", "/v1/files",
            "/v1/responses", "/v1/responses/compact", "/v1/responses/input_tokens", "/v1/vector_stores",
            "/v1/vector_stores/{id}/file_batches", "/v1/vector_stores/{id}/files", "/v1/vector_stores/{id}/search",
        ],
        cluster.Front(0).Refusable.Order(StringComparer.Ordinal));

    private static string Chat(string text, int choices) => $$"""{"messages":[{"role":"user","content":"{{text}}"}],"n":{{choices}}}""";

    private static int? Remaining(Answer answer)
    {
        const string header = "x-ratelimit-remaining-tokens: ";
        var line = answer.Headers.Split('\n').FirstOrDefault(static line => line.StartsWith(header, StringComparison.Ordinal));
        return line is null ? null : int.Parse(line[header.Length..], CultureInfo.InvariantCulture);
    }
}
