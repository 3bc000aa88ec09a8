namespace OrleansAi.Vendors.Sanity;

/// <summary>How many tokens one model bills for each that we count, learned from its answers. Safe for many threads.</summary>
internal sealed class TokenCalibration
{
    /// <summary>Calls before the learned ratio is believed.</summary>
    public const int WarmUp = 10;

    /// <summary>Below this share of what is expected, the input was not read whole.</summary>
    public const double TruncatedShare = 0.5;

    /// <summary>The same before the ratio is learned: our count alone may be wrong by a factor of two.</summary>
    public const double TruncatedShareUncalibrated = 0.2;

    /// <summary>The fewest tokens that must be missing.</summary>
    public const double FewestMissing = 200;

    // Short requests bill a fixed part, such as the vendor's own instructions about tools, which a ratio learned from them
    // would multiply for long ones. What is beyond our count is never expected.
    private const double MostRatio = 1;

    private const double Weight = 0.05;

    private readonly Lock _lock = new();
    private double _ratio = 1;
    private int _calls;

    /// <summary>Takes an answer in and says whether its input was read whole.</summary>
    /// <param name="counted">Our count.</param>
    /// <param name="billed">The vendor's.</param>
    public bool IsTruncated(double counted, int billed)
    {
        lock (_lock)
        {
            var expected = counted * Math.Min(_ratio, MostRatio);
            var share = _calls < WarmUp ? TruncatedShareUncalibrated : TruncatedShare;
            if (billed < expected * share && expected - billed >= FewestMissing)
            {
                // A cut input must not teach that cutting is usual.
                return true;
            }

            _ratio = _calls == 0 ? billed / counted : _ratio + (((billed / counted) - _ratio) * Math.Max(Weight, 1.0 / (_calls + 1)));
            _calls++;
            return false;
        }
    }
}
