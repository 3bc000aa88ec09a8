using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Tests.Unit.Vendors.Wires;
using OrleansAi.VendorSimulator;
using OrleansAi.Vendors;
using OrleansAi.Vendors.Embeddings;

namespace OrleansAi.Tests.Unit.Vendors.Embeddings;

/// <summary>A route over vendors of the simulator, called as the product calls it.</summary>
internal sealed class SimulatedEmbeddings : IAsyncDisposable
{
    public const string Route = "texts";

    private SimulatedEmbeddings(Simulator simulator, EmbeddingCatalog catalog)
    {
        (Simulator, Catalog) = (simulator, catalog);
        Executor = new EmbeddingExecutor(catalog);
    }

    public Simulator Simulator { get; }

    public EmbeddingCatalog Catalog { get; }

    public EmbeddingExecutor Executor { get; }

    /// <summary>A route with a candidate of each wire; each vendor has the name of its wire.</summary>
    public static async Task<SimulatedEmbeddings> StartAsync(
        IReadOnlyList<Wire> wires, Action<VendorOptions>? vendor = null, Action<EmbeddingRouteOptions>? route = null)
    {
        var simulator = await Simulator.StartAsync();
        var options = new RoutingOptions { Embeddings = { [Route] = new EmbeddingRouteOptions() } };
        foreach (var wire in wires)
        {
            var one = new VendorOptions
            {
                Kind = SimulatedVendor.Kind(wire), Endpoint = simulator.EndpointOf(wire), ApiKey = "secret-key", MaxRetries = 0,
            };
            vendor?.Invoke(one);
            options.Vendors[wire.ToString()] = one;
            options.Embeddings[Route].Candidates.Add(new CandidateOptions { Vendor = wire.ToString(), Model = "model-1" });
        }

        route?.Invoke(options.Embeddings[Route]);
        return new SimulatedEmbeddings(simulator, new EmbeddingCatalog(Options.Create(options), TimeProvider.System, NullLoggerFactory.Instance));
    }

    public static EmbeddingRequest Request(params string[] inputs) => new()
    {
        Route = Route,
        Inputs = inputs,
        Deadline = TimeProvider.System.GetUtcNow().AddSeconds(60).ToUnixTimeMilliseconds(),
    };

    public Task<EmbeddingResult> EmbedAsync(params string[] inputs) => Executor.EmbedAsync(Request(inputs), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Catalog.Dispose();
        await Simulator.DisposeAsync();
    }
}
