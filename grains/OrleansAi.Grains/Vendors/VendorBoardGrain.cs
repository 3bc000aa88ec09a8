using OrleansAi.Contracts.Vendors;

namespace OrleansAi.Grains.Vendors;

/// <summary>
/// Holds the newest report of every silo in memory alone: every silo tells again within seconds, so there is nothing to lose.
/// </summary>
internal sealed class VendorBoardGrain(TimeProvider time) : Grain, IVendorBoardGrain
{
    /// <summary>How long a silo may be silent.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, (SiloVendorReport Report, DateTimeOffset At)> _reports = new(StringComparer.Ordinal);

    public Task Report(SiloVendorReport report)
    {
        _reports[report.Silo] = (report, time.GetUtcNow());
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<SiloVendorReport>> List()
    {
        var oldest = time.GetUtcNow() - Patience;
        foreach (var (silo, known) in _reports)
        {
            if (known.At < oldest)
            {
                _reports.Remove(silo);
            }
        }

        return Task.FromResult<IReadOnlyList<SiloVendorReport>>([.. _reports.Values.Select(static known => known.Report)]);
    }
}
