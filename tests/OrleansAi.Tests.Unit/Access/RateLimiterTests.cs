using Microsoft.Extensions.Time.Testing;
using OrleansAi.Access.Limits;
using OrleansAi.Contracts.Access;
using OrleansAi.Http.Access;
using Xunit;

namespace OrleansAi.Tests.Unit.Access;

public sealed class RateLimiterTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RateLimiter _limiter;
    private int _tickets;

    public RateLimiterTests() => _limiter = new RateLimiter(_time);

    [Fact]
    public void Requests_MoreThanTheLimit_AreRefusedUntilTheBucketFills()
    {
        var limits = new RateLimits { RequestsPerMinute = 3 };

        Assert.All(Enumerable.Range(0, 3), _ => Assert.Null(Enter("a", limits).Refusal));
        var refused = Enter("a", limits);
        Assert.Equal("This key may make 3 requests in a minute", refused.Refusal);
        Assert.Equal(TimeSpan.FromSeconds(20), refused.RetryAfter);
        Assert.Equal((3, 0, TimeSpan.FromMinutes(1)), (refused.Requests!.Limit, refused.Requests.Remaining, refused.Requests.Reset));

        _time.Advance(refused.RetryAfter);

        Assert.Null(Enter("a", limits).Refusal);
        Assert.NotNull(Enter("a", limits).Refusal);
    }

    [Fact]
    public void Requests_OfTwoKeys_ShareTheProjectAndNotEachOther()
    {
        var (key, project) = (new RateLimits { RequestsPerMinute = 2 }, new RateLimits { RequestsPerMinute = 3 });

        Assert.Null(Enter("a", key, project).Refusal);
        Assert.Null(Enter("a", key, project).Refusal);
        Assert.Equal("This key may make 2 requests in a minute", Enter("a", key, project).Refusal);
        Assert.Null(Enter("b", key, project).Refusal);
        Assert.Equal("This project may make 3 requests in a minute", Enter("b", key, project).Refusal);
    }

    [Fact]
    public void Requests_RefusedByTheProject_CostTheKeyNothing()
    {
        var (key, project) = (new RateLimits { RequestsPerMinute = 10 }, new RateLimits { RequestsPerMinute = 1 });
        Enter("a", key, project);

        for (var i = 0; i < 5; i++)
        {
            Assert.NotNull(Enter("a", key, project).Refusal);
        }

        Assert.Equal(9, Enter("a", key).Requests!.Remaining + 1);
    }

    [Fact]
    public void Tokens_RunTookMoreThanThought_IsPaidBackBeforeTheNext()
    {
        var limits = new RateLimits { TokensPerMinute = 600 };
        Assert.Null(Enter("a", limits, tokens: 10, ticket: "t").Refusal);

        _limiter.Leave("t", 900);

        // 300 tokens of debt at ten a second, and one to begin with.
        var refused = Enter("a", limits);
        Assert.Equal("This key may use 600 tokens in a minute", refused.Refusal);
        Assert.Equal(30.1, refused.RetryAfter.TotalSeconds, 3);
        Assert.Equal(0, refused.Tokens!.Remaining);
        _time.Advance(refused.RetryAfter);
        Assert.Null(Enter("a", limits).Refusal);
    }

    [Fact]
    public void Tokens_RunTookLessThanThought_IsGivenBack()
    {
        var limits = new RateLimits { TokensPerMinute = 600 };
        Assert.Equal(200, Enter("a", limits, tokens: 400, ticket: "t").Tokens!.Remaining);
        Assert.NotNull(Enter("a", limits, tokens: 400).Refusal);

        _limiter.Leave("t", 100);

        Assert.Equal(100, Enter("a", limits, tokens: 400).Tokens!.Remaining);
    }

    [Fact]
    public void Tokens_OfARequestWithoutARun_AreTakenAndSettledAndHoldNoPlace()
    {
        var limits = new RateLimits { TokensPerMinute = 600, ConcurrentRuns = 1 };
        Assert.Equal(590, Embed(10).Tokens!.Remaining);
        Assert.Equal(580, Embed(10).Tokens!.Remaining);
        Assert.Equal(0, _limiter.Inside);

        _limiter.Settle("a", 570);
        _limiter.Settle("a", -5);

        Assert.Equal(0, Embed(15).Tokens!.Remaining);
        Assert.Equal("This key may use 600 tokens in a minute", Embed(1).Refusal);
        Assert.Null(_limiter.Enter(new LimitRequest { Ticket = "free", KeyId = "a", Key = limits, Project = RateLimits.None }).Refusal);

        LimitDecision Embed(int tokens) => _limiter.Enter(new LimitRequest
        {
            Ticket = $"e{_tickets++}", KeyId = "a", Key = limits, Project = RateLimits.None, UsesTokens = true, EstimatedTokens = tokens,
        });
    }

    [Fact]
    public void Tokens_RequestLargerThanTheBucket_WaitsForAFullOne()
    {
        var limits = new RateLimits { TokensPerMinute = 600 };

        Assert.Null(Enter("a", limits, tokens: 100_000).Refusal);
        Assert.NotNull(Enter("a", limits).Refusal);
    }

    [Fact]
    public void Runs_MoreThanTheLimit_AreRefusedUntilOneEnds()
    {
        var limits = new RateLimits { ConcurrentRuns = 2 };
        Enter("a", limits, ticket: "1");
        Enter("a", limits, ticket: "2");

        Assert.Equal("This key may have 2 runs open at once", Enter("a", limits).Refusal);
        Assert.Null(Enter("a", limits, startsRun: false).Refusal);
        Assert.True(_limiter.RefusedForRuns);
        _limiter.Leave("1", 0);
        _limiter.Leave("1", 0);

        Assert.Null(Enter("a", limits).Refusal);
        Assert.NotNull(Enter("a", limits).Refusal);
    }

    [Fact]
    public void Runs_SeveralOfOneRequest_TakeAPlaceAndTokensEach()
    {
        var limits = new RateLimits { ConcurrentRuns = 3, RequestsPerMinute = 10, TokensPerMinute = 1_000 };
        Enter("a", limits, tokens: 100, ticket: "1");

        Assert.Equal("This key may have 3 runs open at once", Enter("a", limits, tokens: 100, further: 3).Refusal);
        var further = Enter("a", limits, tokens: 100, ticket: "2", further: 2);
        Assert.Null(further.Refusal);
        Assert.Equal((9, 700), (further.Requests!.Remaining, further.Tokens!.Remaining));
        Assert.NotNull(Enter("a", limits).Refusal);

        _limiter.Leave("2.1", 500);
        Assert.Equal(300, Enter("a", limits, ticket: "3").Tokens!.Remaining);
        Assert.NotNull(Enter("a", limits).Refusal);
        _limiter.Leave("2", 0);
        Assert.Null(Enter("a", limits).Refusal);
    }

    [Fact]
    public void Enter_SameTicketAgain_TakesNothingMore()
    {
        var limits = new RateLimits { ConcurrentRuns = 1, RequestsPerMinute = 10 };
        Enter("a", limits, ticket: "1");

        var again = Enter("a", limits, ticket: "1");

        Assert.Null(again.Refusal);
        Assert.Equal(9, again.Requests!.Remaining);
        Assert.Equal(1, _limiter.Inside);
    }

    [Fact]
    public void Reclaim_FrontsThatDied_GivesTheirPlacesBackAndNoOthers()
    {
        var limits = new RateLimits { ConcurrentRuns = 4 };
        Enter("a", limits, ticket: "bound");
        _limiter.Bind("bound");
        Enter("a", limits, ticket: "lost");
        Enter("a", limits, ticket: "waits");
        _time.Advance(TimeSpan.FromSeconds(11));
        Enter("a", limits, ticket: "new");

        // Two runs are open: the bound one's and the one that is waited for.
        _limiter.Reclaim(openRuns: 3, TimeSpan.FromSeconds(10));
        Assert.Equal(3, _limiter.Inside);
        _limiter.Reclaim(openRuns: 0, TimeSpan.FromSeconds(10));
        Assert.Equal(2, _limiter.Inside);
    }

    [Fact]
    public void Limits_Changed_HoldAtOnce()
    {
        Enter("a", new RateLimits { RequestsPerMinute = 2 });
        Enter("a", new RateLimits { RequestsPerMinute = 2 });

        Assert.Equal(7, Enter("a", new RateLimits { RequestsPerMinute = 10 }).Requests!.Remaining);
        Assert.Null(Enter("a", RateLimits.None).Requests);
    }

    [Theory]
    [InlineData(0, "0ms")]
    [InlineData(120, "120ms")]
    [InlineData(1_500, "1.5s")]
    [InlineData(360_000, "6m0s")]
    public void Text_OfATime_IsAsTheHeadersHaveIt(int milliseconds, string expected) =>
        Assert.Equal(expected, RequestLimits.Text(TimeSpan.FromMilliseconds(milliseconds)));

    private LimitDecision Enter(
        string key, RateLimits limits, RateLimits? project = null, int tokens = 0, string? ticket = null, bool startsRun = true, int further = 0) =>
        _limiter.Enter(new LimitRequest
        {
            Ticket = ticket ?? $"ticket {_tickets++}",
            KeyId = key,
            Key = limits,
            Project = project ?? RateLimits.None,
            StartsRun = startsRun,
            EstimatedTokens = tokens,
            MoreRuns = Math.Max(0, further - 1),
            IsFurther = further > 0,
        });
}
