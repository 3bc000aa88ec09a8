namespace OrleansAi.Access.Load;

/// <summary>
/// How much of one kind may be under way in this process at once. There is no limit until the process is saturated, so slow vendors, with whom
/// thousands of turns wait at no cost, limit nothing. From then on the limit falls by a tenth for every
/// <see cref="Step"/> of saturation and grows by a twentieth otherwise (additive increase, multiplicative decrease as in TCP's
/// congestion control, RFC 5681), and it is forgotten when there was no saturation for <see cref="Memory"/>. The signs of
/// saturation are those of the time in a queue, not of its length, as in CoDel (RFC 8289).
/// </summary>
public sealed class LoadLimit(TimeProvider time)
{
    /// <summary>The least limit. So many turns keep the processors busy while they wait for storage, so fewer would waste them.</summary>
    public static readonly int Least = 64 * Environment.ProcessorCount;

    // One long collection or a cold start is no overload. Once there was one, the next is believed at once.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);

    private int _underWay;
    private int _limit = int.MaxValue;
    private long _changedAt;
    private long _saturatedAt;
    private long _aboveSince;

    /// <summary>How many may be under way; <see cref="int.MaxValue"/> for any number.</summary>
    public int Limit => Volatile.Read(ref _limit);

    /// <summary>How many are under way.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>True when there are as many as may be. A front that refuses on this sign spares the owner a late refusal.</summary>
    public bool IsReached => UnderWay >= Limit;

    /// <summary>
    /// True when there are too many. A quarter more than the limit is let pass: it is for work that is refused late, where it
    /// has cost more already than at a front, which holds to the limit itself.
    /// </summary>
    public bool IsFull => Limit is var limit && limit != int.MaxValue && UnderWay >= limit + (limit / 4);

    /// <summary>Counts in what is under way in any case.</summary>
    public void Enter() => Interlocked.Increment(ref _underWay);

    /// <summary>Counts one in, unless there are too many.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _underWay) <= Volatile.Read(ref _limit))
        {
            return true;
        }

        Interlocked.Decrement(ref _underWay);
        return false;
    }

    /// <summary>Counts out.</summary>
    public void Leave(int count = 1) => Interlocked.Add(ref _underWay, -count);

    /// <summary>Takes a sign in. Called by one caller at a time.</summary>
    /// <param name="isAbove">True when new work waits longer than it should.</param>
    public void Observe(bool isAbove)
    {
        var now = time.GetTimestamp();
        _aboveSince = !isAbove ? 0 : _aboveSince == 0 ? now : _aboveSince;
        var isKnown = _saturatedAt != 0 && time.GetElapsedTime(_saturatedAt, now) < Memory;
        if (isAbove && (isKnown || time.GetElapsedTime(_aboveSince, now) >= Patience))
        {
            _saturatedAt = now;
            Change(now, isDecrease: true);
        }
        else if (isKnown)
        {
            Change(now, isDecrease: false);
        }
        else
        {
            Volatile.Write(ref _limit, int.MaxValue);
        }
    }

    private void Change(long now, bool isDecrease)
    {
        if (time.GetElapsedTime(_changedAt, now) < Step)
        {
            return;
        }

        _changedAt = now;
        var (limit, underWay) = (_limit, Volatile.Read(ref _underWay));
        if (isDecrease)
        {
            Volatile.Write(ref _limit, Math.Max(Least, Math.Min(limit, underWay) * 9 / 10));
        }
        else if (limit != int.MaxValue && underWay >= limit * 9 / 10)
        {
            Volatile.Write(ref _limit, limit + Math.Max(1, limit / 20));
        }
    }
}
