using OrleansAi.Contracts.Access;

namespace OrleansAi.Access.Limits;

/// <summary>
/// The limits of one project and of its keys. A request passes both or takes nothing from either. Not safe for several
/// threads; a grain owns it.
/// </summary>
public sealed class RateLimiter(TimeProvider time)
{
    // A key that nobody has used for a minute has full buckets; there is no need to keep them.
    private const int GaugesToKeep = 1_000;

    private readonly LimitGauge _project = new(time, "This project");
    private readonly Dictionary<string, LimitGauge> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Pass> _passes = new(StringComparer.Ordinal);

    /// <summary>How many runs are inside.</summary>
    public int Inside => _passes.Count;

    /// <summary>Lets a request in or refuses it. Asked again with the same ticket, it gives the same answer and takes nothing.</summary>
    public LimitDecision Enter(LimitRequest request)
    {
        _project.Configure(request.Project);
        var key = KeyOf(request.KeyId);
        key.Configure(request.Key);
        if (_passes.ContainsKey(request.Ticket))
        {
            return Levels(key, null, TimeSpan.Zero);
        }

        var refusal = Longer(key.Refuses(request), _project.Refuses(request));
        if (refusal is { } why)
        {
            RefusedForRuns |= why.IsRuns;
            return Levels(key, why.Reason, why.Wait);
        }

        key.Enter(request);
        _project.Enter(request);
        for (var run = 0; request.StartsRun && run < request.Runs; run++)
        {
            _passes.Add(request.TicketOf(run), new Pass(request.KeyId, request.EstimatedTokens, time.GetTimestamp()));
        }

        return Levels(key, null, TimeSpan.Zero);
    }

    /// <summary>True when a request was refused for open runs since this was last set to false.</summary>
    public bool RefusedForRuns { get; set; }

    /// <summary>A request's run has a name now: its pass is held until the run has ended.</summary>
    public void Bind(string ticket)
    {
        if (_passes.TryGetValue(ticket, out var pass))
        {
            pass.IsBound = true;
        }
    }

    /// <summary>A request's run has ended, or there was none. A ticket that is not inside is passed over.</summary>
    /// <param name="ticket">The request's ticket.</param>
    /// <param name="tokens">What the run took; what was thought to be needed is given back for it.</param>
    public void Leave(string ticket, int tokens)
    {
        if (_passes.Remove(ticket, out var pass))
        {
            KeyOf(pass.KeyId).Leave(tokens - pass.Estimated);
            _project.Leave(tokens - pass.Estimated);
        }
    }

    /// <summary>A request that used tokens without a run took more than was thought when it was let in, or less.</summary>
    public void Settle(string keyId, int moreTokens)
    {
        KeyOf(keyId).Settle(moreTokens);
        _project.Settle(moreTokens);
    }

    /// <summary>
    /// Takes back passes of requests whose front died: of those without a run that are older than a while, the oldest, until
    /// no more are inside than there are runs.
    /// </summary>
    /// <param name="openRuns">How many runs of the project are open.</param>
    /// <param name="age">How old a pass must be.</param>
    public void Reclaim(int openRuns, TimeSpan age)
    {
        var lost = _passes
            .Where(pass => !pass.Value.IsBound && time.GetElapsedTime(pass.Value.At) > age)
            .OrderBy(static pass => pass.Value.At)
            .Select(static pass => pass.Key)
            .ToArray();
        foreach (var ticket in lost.Take(Math.Max(0, _passes.Count - openRuns)))
        {
            Leave(ticket, 0);
        }
    }

    private static (string Reason, TimeSpan Wait, bool IsRuns)? Longer(
        (string Reason, TimeSpan Wait, bool IsRuns)? one, (string Reason, TimeSpan Wait, bool IsRuns)? other) =>
        one is null || other?.Wait > one.Value.Wait ? other : one;

    private static LimitLevel? Tighter(LimitLevel? one, LimitLevel? other) =>
        one is null || other?.Remaining < one.Remaining ? other : one;

    private LimitDecision Levels(LimitGauge key, string? refusal, TimeSpan wait) => new()
    {
        Refusal = refusal,
        RetryAfter = wait,
        Requests = Tighter(key.Requests(), _project.Requests()),
        Tokens = Tighter(key.Tokens(), _project.Tokens()),
    };

    private LimitGauge KeyOf(string id)
    {
        if (!_keys.TryGetValue(id, out var gauge))
        {
            if (_keys.Count >= GaugesToKeep)
            {
                foreach (var idle in _keys.Where(static known => known.Value.IsIdle).Select(static known => known.Key).ToArray())
                {
                    _keys.Remove(idle);
                }
            }

            gauge = new LimitGauge(time, "This key");
            _keys.Add(id, gauge);
        }

        return gauge;
    }

    private sealed record Pass(string KeyId, int Estimated, long At)
    {
        public bool IsBound { get; set; }
    }
}
