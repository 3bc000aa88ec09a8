using System.Reflection;

namespace OrleansAi.Vendors.WireContracts;

/// <summary>The contracts that come with the product, read once.</summary>
internal sealed class WireContractCatalog(IReadOnlyList<WireContract> contracts)
{
    private const string Folder = "WireContracts/";
    private static readonly Lazy<WireContractCatalog> Embedded = new(Load);

    /// <summary>The contracts of the product's resources.</summary>
    public static WireContractCatalog Default => Embedded.Value;

    public IReadOnlyList<WireContract> All => contracts;

    /// <summary>
    /// The contract of an API for a model: the one whose <c>models</c> name it most closely, and of those the latest
    /// version; null for an API without.
    /// </summary>
    public WireContract? Find(string api, string model)
    {
        WireContract? best = null;
        var bestFit = -1;
        foreach (var contract in contracts)
        {
            if (contract.Api != api)
            {
                continue;
            }

            var fit = contract.Fit(model);
            if (fit > bestFit || (fit == bestFit && fit >= 0 && contract.Version > best!.Version))
            {
                (best, bestFit) = (contract, fit);
            }
        }

        return best;
    }

    private static WireContractCatalog Load()
    {
        var assembly = typeof(WireContractCatalog).Assembly;
        return new WireContractCatalog([.. assembly.GetManifestResourceNames()
            .Where(static name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Read(assembly, name))]);
    }

    private static WireContract Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return WireContract.Parse(bytes);
    }
}
