using OrleansAi.Vendors.Judging;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>The way to one model of one vendor, as far as reports look at it.</summary>
internal interface IVendorLane
{
    /// <summary>How it does.</summary>
    VendorHealth Health { get; }

    /// <summary>The API whose contract its answers are held to; null for none.</summary>
    string? Api { get; }

    /// <summary>Whether its answers are in quarantine; null where they never are.</summary>
    QuarantineFlag? Quarantine { get; }

    /// <summary>How long the vendor wants no call.</summary>
    TimeSpan RateLimitWait { get; }

    /// <summary>Calls under way and calls that wait for a place.</summary>
    (long UnderWay, long Waiting) Load { get; }
}
