using OrleansAi.Contracts.Vendors;

namespace OrleansAi.Grains;

/// <summary>What all silos know of their vendors, gathered in one place. The only key is 0.</summary>
[Alias("orleansai.grains.vendor-board")]
public interface IVendorBoardGrain : IGrainWithIntegerKey
{
    /// <summary>A silo tells how its vendors do. A silo that is silent for a while is forgotten.</summary>
    [Alias("report")]
    Task Report(SiloVendorReport report);

    /// <summary>The newest report of every silo.</summary>
    [Alias("list")]
    Task<IReadOnlyList<SiloVendorReport>> List();
}
