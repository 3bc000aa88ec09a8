namespace OrleansAi.Collections;

/// <summary>
/// For how long an owner may answer reads without asking the store whether somebody else wrote. Not safe for several threads.
/// <para>
/// Two activations may believe to own a collection, so nothing rests on there being one. An owner has a tenure from its first own record on, until it finds a record
/// that is not its own. Only in a tenure may it answer without asking, and for <paramref name="length"/> after it has last asked, or appended: by then any other owner has
/// acknowledged nothing, for the record that begins a tenure, and all behind it, is shown to nobody before that time is over. Whoever had a tenure before has
/// then either asked, found the record and lost his, or may not answer without asking any more; if he appends first, the store refuses it, and he has lost his, too.
/// </para>
/// <para>It takes for granted that clocks which only go forward go about equally fast in all processes; that of a process that is stopped goes on.</para>
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="length">How long; zero: the store is asked for every read, and nothing waits.</param>
internal sealed class ReadLease(TimeProvider time, TimeSpan length)
{
    // How old a record must be so that it is taken for shown to everybody, however far the clocks of two machines are apart.
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(10);

    private bool _hasTenure;
    private bool _isShown = true;
    private bool _hasClaimed;
    private long? _asked;
    private long? _settles;

    /// <summary>True while reads may be answered with what is known.</summary>
    public bool Holds => _hasTenure && IsWithin(_asked);

    /// <summary>How long nobody may be shown what was appended.</summary>
    public TimeSpan Unsettled => !_isShown && _settles is { } settles && time.GetElapsedTime(settles) is var elapsed && elapsed < length
        ? length - elapsed
        : TimeSpan.Zero;

    /// <summary>
    /// True once, when reads come so fast that a record of its own is worth it: with that a collection has a tenure to which nothing is written.
    /// </summary>
    public bool Claims()
    {
        if (_hasTenure || _hasClaimed || !IsWithin(_asked))
        {
            return false;
        }

        return _hasClaimed = true;
    }

    /// <summary>Notes that the store has nothing that is not known.</summary>
    /// <param name="began">When it was asked.</param>
    public void Asked(long began) => _asked = Math.Max(_asked ?? began, began);

    /// <summary>Notes that own records are durable.</summary>
    /// <param name="began">When that began.</param>
    /// <param name="isFirst">True for the first of the collection: nobody else can have a tenure.</param>
    /// <param name="isVisible">True when callers can see what they change.</param>
    public void Appended(long began, bool isFirst, bool isVisible)
    {
        if (!_hasTenure)
        {
            (_hasTenure, _isShown) = (true, Unsettled == TimeSpan.Zero);
            _settles = isFirst ? null : time.GetTimestamp();
        }

        _isShown &= !isVisible;
        Asked(began);
    }

    /// <summary>Notes that there may be records of somebody else.</summary>
    public void Lost() => (_hasTenure, _asked) = (false, null);

    /// <summary>Notes what was read: what somebody else wrote a moment ago, he may not show yet, and neither may we.</summary>
    /// <param name="newest">When the newest record was written, Unix milliseconds.</param>
    public void Loaded(long newest)
    {
        if (time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(newest) < Recent)
        {
            (_isShown, _settles) = (false, time.GetTimestamp());
        }
    }

    private bool IsWithin(long? since) => since is { } at && time.GetElapsedTime(at) < length;
}
