using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Vendors.Builtin;
using OrleansAi.Vendors.OpenAi;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Routing;

namespace OrleansAi.Vendors;

/// <summary>The configured routes and the way to every vendor and model.</summary>
public sealed class VendorCatalog : IDisposable
{
    /// <summary>The vendor that always exists.</summary>
    public const string BuiltinVendor = "builtin";

    /// <summary>The route that always exists.</summary>
    public const string DefaultRoute = "default";

    private readonly Dictionary<string, Route> _routes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, VendorOptions> _vendors;
    private readonly ConcurrentDictionary<(string Vendor, string Model), Lazy<VendorInvoker>> _invokers = new();
    private readonly ConcurrentDictionary<string, Lazy<OpenAiEndpoint>> _endpoints = new(StringComparer.OrdinalIgnoreCase);
    private readonly TimeProvider _time;
    private readonly ILogger<VendorInvoker> _logger;

    /// <summary>Creates the catalog.</summary>
    public VendorCatalog(IOptions<RoutingOptions> options, TimeProvider time, ILogger<VendorInvoker> logger)
    {
        _time = time;
        _logger = logger;
        _vendors = new(options.Value.Vendors, StringComparer.OrdinalIgnoreCase);
        _vendors.TryAdd(BuiltinVendor, new VendorOptions { Kind = "builtin", MaxRetries = 0 });
        _routes[DefaultRoute] = new Route(DefaultRoute, [new Candidate(BuiltinVendor, ExtractiveModel.Name)]);
        foreach (var (name, route) in options.Value.Models)
        {
            _routes[name] = new Route(name, [.. route.Candidates.Select(static c => new Candidate(c.Vendor, c.Model))]);
        }

        Models = [.. _routes.Values.OrderBy(static route => route.Name, StringComparer.Ordinal)
            .Select(static route => new ModelInfo { Id = route.Name, OwnedBy = route.Candidates[0].Vendor })];
    }

    /// <summary>The routes that callers can name, in the order of their names.</summary>
    public IReadOnlyList<ModelInfo> Models { get; }

    /// <summary>A route by its name.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ModelNotFound"/>; the message lists the routes.</exception>
    public Route Resolve(string route) => _routes.GetValueOrDefault(route) ?? throw new OrleansAiException(
        ErrorCodes.ModelNotFound,
        $"There is no model '{route}'; known are {string.Join(", ", _routes.Keys.Order(StringComparer.Ordinal))}.")
    {
        Param = "model",
    };

    /// <summary>The way to a model of a vendor; one for the life of the process.</summary>
    /// <exception cref="OrleansAiException">The vendor is not configured.</exception>
    public VendorInvoker For(string vendor, string model) => _invokers.GetOrAdd(
        (vendor, model), static (key, self) => new Lazy<VendorInvoker>(() => self.Create(key.Vendor, key.Model)), this).Value;

    /// <summary>Closes connections.</summary>
    public void Dispose()
    {
        foreach (var invoker in _invokers.Values.Where(static invoker => invoker.IsValueCreated))
        {
            invoker.Value.Dispose();
        }

        foreach (var endpoint in _endpoints.Values.Where(static endpoint => endpoint.IsValueCreated))
        {
            endpoint.Value.Dispose();
        }
    }

    private VendorInvoker Create(string vendor, string model)
    {
        var options = _vendors.GetValueOrDefault(vendor) ?? throw new OrleansAiException(
            ErrorCodes.VendorUnavailable, $"The vendor '{vendor}' is not configured on this silo.");
        IVendorAdapter adapter = RoutingOptionsValidator.Kind(options.Kind) switch
        {
            VendorKind.OpenAi => new OpenAiChatAdapter(
                _endpoints.GetOrAdd(vendor, _ => new Lazy<OpenAiEndpoint>(() => new OpenAiEndpoint(options))).Value, model),
            _ => new ExtractiveModel(),
        };
        return new VendorInvoker(vendor, model, adapter, options, _time, _logger);
    }
}
