using System.Collections.Concurrent;

namespace OrleansAi.Vendors.Routing;

/// <summary>
/// Which candidates are passed over on this silo, and until when. A candidate that failed as a whole stays behind the next
/// one for a while; then one call tries it, and all return to it when that call succeeds. So a vendor that flaps does not
/// take half of the calls down with it.
/// </summary>
internal sealed class CandidateStandings(TimeProvider time)
{
    private const int MostDoublings = 4;

    private readonly ConcurrentDictionary<(string Vendor, string Model), Standing> _standings = new();

    /// <summary>Whether a call may go to a candidate now. The first to ask after the pause is the one that tries.</summary>
    public bool MayTry(Candidate candidate)
    {
        if (!_standings.TryGetValue((candidate.Vendor, candidate.Model), out var standing))
        {
            return true;
        }

        lock (standing)
        {
            if (time.GetUtcNow() < standing.Until)
            {
                return false;
            }

            // The one that tries may die on the way: after another pause somebody else does.
            standing.Until = time.GetUtcNow() + standing.Pause;
            return true;
        }
    }

    /// <summary>Since when a candidate is passed over, and until when at the soonest; null when it is not.</summary>
    public (DateTimeOffset Since, DateTimeOffset Until, string Cause)? Find(string vendor, string model)
    {
        if (!_standings.TryGetValue((vendor, model), out var standing))
        {
            return null;
        }

        lock (standing)
        {
            return (standing.Since, standing.Until, standing.Cause);
        }
    }

    /// <summary>A candidate failed as a whole.</summary>
    public void Demote(Candidate candidate, TimeSpan pause, string cause)
    {
        var now = time.GetUtcNow();
        var standing = _standings.GetOrAdd((candidate.Vendor, candidate.Model), static (_, at) => new Standing { Since = at }, now);
        lock (standing)
        {
            // Calls that were under way when it failed fail too: that is one failure, not many.
            if (standing.Failures > 0 && now < standing.LastFailure + standing.Pause)
            {
                return;
            }

            standing.Pause = pause * (1 << Math.Min(standing.Failures, MostDoublings));
            standing.Failures++;
            standing.LastFailure = now;
            standing.Until = now + standing.Pause;
            standing.Cause = cause;
        }
    }

    /// <summary>A candidate answered.</summary>
    public void Restore(Candidate candidate)
    {
        if (!_standings.IsEmpty)
        {
            _standings.TryRemove((candidate.Vendor, candidate.Model), out _);
        }
    }

    private sealed class Standing
    {
        public DateTimeOffset Since { get; init; }

        public DateTimeOffset Until { get; set; }

        public DateTimeOffset LastFailure { get; set; }

        public TimeSpan Pause { get; set; }

        public int Failures { get; set; }

        public string Cause { get; set; } = "";
    }
}
