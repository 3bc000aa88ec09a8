using OrleansAi.Contracts.Access;

namespace OrleansAi.Access.Limits;

/// <summary>The buckets and the open runs of one key, or of a whole project.</summary>
/// <param name="time">The clock.</param>
/// <param name="owner">Whose they are, in the words of a refusal.</param>
internal sealed class LimitGauge(TimeProvider time, string owner)
{
    private TokenBucket? _requests;
    private TokenBucket? _tokens;
    private int? _mostRuns;
    private int _runs;

    /// <summary>True when forgetting it changes nothing.</summary>
    public bool IsIdle => _runs == 0 && _requests is null or { IsFull: true } && _tokens is null or { IsFull: true };

    public void Configure(RateLimits limits)
    {
        _requests = Configure(_requests, limits.RequestsPerMinute);
        _tokens = Configure(_tokens, limits.TokensPerMinute);
        _mostRuns = limits.ConcurrentRuns;
    }

    /// <summary>Why a request must wait and how long, or null.</summary>
    public (string Reason, TimeSpan Wait, bool IsRuns)? Refuses(LimitRequest request)
    {
        if (!request.IsFurther && _requests?.WaitFor(1) is { Ticks: > 0 } requests)
        {
            return ($"{owner} may make {_requests.Level().Limit} requests in a minute", requests, false);
        }

        if (request is { StartsRun: false, UsesTokens: false })
        {
            return null;
        }

        // A request that looks small is let in by what is left, and by no debt.
        if (_tokens?.WaitFor(Math.Max(1, (double)request.EstimatedTokens * request.Runs)) is { Ticks: > 0 } tokens)
        {
            return ($"{owner} may use {_tokens.Level().Limit} tokens in a minute", tokens, false);
        }

        return request.StartsRun && _runs + request.Runs > _mostRuns
            ? ($"{owner} may have {_mostRuns} runs open at once", TimeSpan.FromSeconds(1), true)
            : null;
    }

    public void Enter(LimitRequest request)
    {
        if (!request.IsFurther)
        {
            _requests?.Take(1);
        }

        if (request.StartsRun)
        {
            _tokens?.Take((double)request.EstimatedTokens * request.Runs);
            _runs += request.Runs;
        }
        else if (request.UsesTokens)
        {
            _tokens?.Take(request.EstimatedTokens);
        }
    }

    public void Leave(int moreTokens)
    {
        _tokens?.Take(moreTokens);
        _runs--;
    }

    public void Settle(int moreTokens) => _tokens?.Take(moreTokens);

    public LimitLevel? Requests() => _requests?.Level();

    public LimitLevel? Tokens() => _tokens?.Level();

    private TokenBucket? Configure(TokenBucket? bucket, int? limit)
    {
        if (limit is not { } capacity)
        {
            return null;
        }

        bucket ??= new TokenBucket(time, capacity);
        bucket.Resize(capacity);
        return bucket;
    }
}
