using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Vendors.Builtin;
using OrleansAi.Vendors.Routing;

namespace OrleansAi.Vendors.Embeddings;

/// <summary>The configured embedding routes and the way to every model that they lead to.</summary>
public sealed class EmbeddingCatalog : IDisposable
{
    /// <summary>The route that always exists.</summary>
    public const string DefaultRoute = VendorCatalog.DefaultRoute;

    private readonly Dictionary<string, EmbeddingRoute> _routes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, VendorOptions> _vendors;
    private readonly ConcurrentDictionary<(string Vendor, string Model), Lazy<EmbeddingInvoker>> _invokers = new();
    private readonly AdapterFactory _adapters = new();
    private readonly TimeProvider _time;
    private readonly ILogger<EmbeddingInvoker> _logger;

    /// <summary>Creates the catalog.</summary>
    public EmbeddingCatalog(IOptions<RoutingOptions> options, TimeProvider time, ILoggerFactory loggers)
    {
        _time = time;
        _logger = loggers.CreateLogger<EmbeddingInvoker>();
        Standings = new CandidateStandings(time);
        _vendors = new(options.Value.Vendors, StringComparer.OrdinalIgnoreCase);
        _vendors.TryAdd(VendorCatalog.BuiltinVendor, new VendorOptions { Kind = "builtin", MaxRetries = 0 });
        Add(DefaultRoute, new EmbeddingRouteOptions
        {
            Candidates = [new CandidateOptions { Vendor = VendorCatalog.BuiltinVendor, Model = LexicalEmbedding.Name }],
        });
        foreach (var (name, route) in options.Value.Embeddings)
        {
            Add(name, route);
        }

        Models = [.. _routes.Values.OrderBy(static route => route.Name, StringComparer.Ordinal)
            .Select(static route => new ModelInfo { Id = route.Name, OwnedBy = route.Candidates[0].Vendor })];
    }

    /// <summary>The routes that callers can name as an embedding model, in the order of their names.</summary>
    public IReadOnlyList<ModelInfo> Models { get; }

    internal CandidateStandings Standings { get; }

    /// <summary>Makes sure that a request can be carried out as far as the configuration tells.</summary>
    /// <exception cref="OrleansAiException">There is no such route, or it cannot give vectors of this length.</exception>
    public void Check(EmbeddingRequest request)
    {
        var route = Resolve(request.Route);
        if (request.Dimensions is { } dimensions and (< LexicalEmbedding.LeastDimensions or > LexicalEmbedding.MostDimensions)
            && route.Candidates.Any(IsBuiltin))
        {
            throw new OrleansAiException(
                ErrorCodes.InvalidRequest,
                $"'dimensions' is {dimensions}; the model '{route.Name}' has from {LexicalEmbedding.LeastDimensions} to {LexicalEmbedding.MostDimensions}.")
            {
                Param = "dimensions",
            };
        }
    }

    /// <summary>The way to a model of a vendor; one for the life of the process.</summary>
    /// <exception cref="OrleansAiException">The vendor is not configured, or has no embeddings.</exception>
    public EmbeddingInvoker For(string vendor, string model) => _invokers.GetOrAdd(
        (vendor, model), static (key, self) => new Lazy<EmbeddingInvoker>(() => self.Create(key.Vendor, key.Model)), this).Value;

    /// <summary>Closes connections.</summary>
    public void Dispose()
    {
        foreach (var invoker in _invokers.Values.Where(static invoker => invoker.IsValueCreated))
        {
            invoker.Value.Dispose();
        }

        _adapters.Dispose();
    }

    internal EmbeddingRoute Resolve(string? name) => _routes.GetValueOrDefault(name ?? DefaultRoute) ?? throw new OrleansAiException(
        ErrorCodes.ModelNotFound,
        $"There is no embedding model '{name}'; known are {string.Join(", ", _routes.Keys.Order(StringComparer.Ordinal))}.")
    {
        Param = "model",
    };

    /// <summary>How many texts and characters one call to a vendor may have.</summary>
    internal (int Inputs, int Characters) BatchOf(Candidate candidate)
    {
        var options = _vendors[candidate.Vendor];
        var most = RoutingOptionsValidator.Kind(options.Kind) == VendorKind.Gemini ? GeminiEmbeddingAdapter.MostInputs : int.MaxValue;
        return (Math.Min(options.MaxEmbeddingBatch, most), options.MaxEmbeddingBatchCharacters);
    }

    /// <summary>The candidates of a route, those in trouble last.</summary>
    internal IEnumerable<Candidate> InOrder(EmbeddingRoute route) => route.Candidates.Count == 1
        ? route.Candidates
        : route.Candidates.Select(one => (Candidate: one, IsUsable: IsUsable(one))).OrderByDescending(static one => one.IsUsable)
            .Select(static one => one.Candidate);

    /// <summary>Every candidate of a route and every model that was called, with the way to it where there is one.</summary>
    internal IEnumerable<(Candidate Candidate, VendorOptions Options, EmbeddingInvoker? Invoker)> Known() =>
        _routes.Values.SelectMany(static route => route.Candidates).Select(static one => (one.Vendor, one.Model))
            .Concat(_invokers.Keys)
            .Distinct()
            .Order()
            .Where(key => _vendors.ContainsKey(key.Vendor))
            .Select(key => (
                new Candidate(key.Vendor, key.Model),
                _vendors[key.Vendor],
                _invokers.TryGetValue(key, out var invoker) && invoker.IsValueCreated ? invoker.Value : null));

    /// <summary>The routes that lead to a candidate, in the order of their names.</summary>
    internal IReadOnlyList<string> RoutesTo(Candidate candidate) =>
    [
        .. _routes.Values.Where(route => route.Candidates.Any(one => one.Vendor == candidate.Vendor && one.Model == candidate.Model))
            .Select(static route => route.Name)
            .Order(StringComparer.Ordinal),
    ];

    private void Add(string name, EmbeddingRouteOptions route) => _routes[name] = new EmbeddingRoute(
        name,
        [.. route.Candidates.Select(static one => new Candidate(one.Vendor, one.Model, one.Pinned))],
        route.MaxCalls,
        TimeSpan.FromSeconds(route.ReturnAfterSeconds));

    private bool IsBuiltin(Candidate candidate) =>
        RoutingOptionsValidator.Kind(_vendors[candidate.Vendor].Kind) == VendorKind.Builtin;

    private bool IsUsable(Candidate candidate) =>
        !(_invokers.TryGetValue((candidate.Vendor, candidate.Model), out var invoker) && invoker.IsValueCreated && invoker.Value.Health.IsOpen)
        && Standings.MayTry(candidate);

    private EmbeddingInvoker Create(string vendor, string model)
    {
        var options = _vendors.GetValueOrDefault(vendor) ?? throw new OrleansAiException(
            ErrorCodes.VendorUnavailable, $"The vendor '{vendor}' is not configured on this silo.");
        var adapter = _adapters.CreateEmbedding(vendor, options, model) ?? throw new OrleansAiException(
            ErrorCodes.VendorUnavailable, $"The vendor '{vendor}' is of the kind {options.Kind}, which has no embeddings.");
        return new EmbeddingInvoker(vendor, adapter, options, _time, _logger);
    }
}
