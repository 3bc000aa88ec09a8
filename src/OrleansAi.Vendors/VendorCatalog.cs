using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Telemetry;
using OrleansAi.Vendors.Builtin;
using OrleansAi.Vendors.Judging;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Routing;

namespace OrleansAi.Vendors;

/// <summary>The configured routes and the way to every vendor and model.</summary>
public sealed class VendorCatalog : IExchangeReplayer, IDisposable
{
    /// <summary>The vendor that always exists.</summary>
    public const string BuiltinVendor = "builtin";

    /// <summary>The route that always exists.</summary>
    public const string DefaultRoute = "default";

    private readonly Dictionary<string, Route> _routes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, VendorOptions> _vendors;
    private readonly ConcurrentDictionary<(string Vendor, string Model), Lazy<VendorInvoker>> _invokers = new();
    private readonly AdapterFactory _adapters = new();
    private readonly TimeProvider _time;
    private readonly ILogger<VendorInvoker> _logger;
    private readonly ILogger _events;

    /// <summary>Creates the catalog.</summary>
    public VendorCatalog(IOptions<RoutingOptions> options, TimeProvider time, ILoggerFactory loggers)
    {
        _time = time;
        _logger = loggers.CreateLogger<VendorInvoker>();
        _events = loggers.CreateLogger(TelemetryNames.Events);
        Tools = new JudgingTools(options.Value.Drift, time, loggers);
        Standings = new CandidateStandings(time);
        _vendors = new(options.Value.Vendors, StringComparer.OrdinalIgnoreCase);
        _vendors.TryAdd(BuiltinVendor, new VendorOptions { Kind = "builtin", MaxRetries = 0 });
        _routes[DefaultRoute] = new Route(DefaultRoute, [new Candidate(BuiltinVendor, ExtractiveModel.Name)]);
        foreach (var (name, route) in options.Value.Models)
        {
            _routes[name] = new Route(name, [.. route.Candidates.Select(static c => new Candidate(c.Vendor, c.Model, c.Pinned, TokenPrices.Of(c)))])
            {
                ContextLengthRoute = route.ContextLengthRoute,
                ContentPolicyRoute = route.ContentPolicyRoute,
                Retrieval = route.Retrieval?.ToRetrieval(),
                MaxCalls = route.MaxCalls,
                ReturnAfter = TimeSpan.FromSeconds(route.ReturnAfterSeconds),
            };
        }

        Models = [.. _routes.Values.OrderBy(static route => route.Name, StringComparer.Ordinal)
            .Select(static route => new ModelInfo { Id = route.Name, OwnedBy = route.Candidates[0].Vendor })];
    }

    /// <summary>The routes that callers can name, in the order of their names.</summary>
    public IReadOnlyList<ModelInfo> Models { get; }

    internal CandidateStandings Standings { get; }

    internal JudgingTools Tools { get; }

    /// <summary>A route by its name.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ModelNotFound"/>; the message lists the routes.</exception>
    public Route Resolve(string route) => _routes.GetValueOrDefault(route) ?? throw new OrleansAiException(
        ErrorCodes.ModelNotFound,
        $"There is no model '{route}'; known are {string.Join(", ", _routes.Keys.Order(StringComparer.Ordinal))}.")
    {
        Param = "model",
    };

    /// <summary>The candidate that a call of a route goes to now: the first one that is not in trouble on this silo.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ModelNotFound"/>.</exception>
    public Candidate Choose(string route) => Decide(route).Candidate;

    /// <summary>The same, with the better candidates that are passed over.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.ModelNotFound"/>.</exception>
    public RouteChoice Decide(string route)
    {
        var candidates = Resolve(route).Candidates;
        if (candidates.Count == 1)
        {
            return new RouteChoice(candidates[0], [], NoneUsable: false);
        }

        List<PassedOverCandidate>? passedOver = null;
        foreach (var candidate in candidates)
        {
            if (Trouble(candidate) is not { } cause)
            {
                return new RouteChoice(candidate, passedOver ?? [], NoneUsable: false);
            }

            (passedOver ??= []).Add(new PassedOverCandidate { Vendor = candidate.Vendor, Model = candidate.Model, Cause = cause });
        }

        return new RouteChoice(candidates[0], passedOver!, NoneUsable: true);
    }

    /// <summary>Begins a model execution along the route of a call.</summary>
    /// <param name="call">The call; its vendor and model are where the walk begins.</param>
    public RouteWalk Walk(ModelCall call) => new(
        this, call.Route is { } route ? Resolve(route) : new Route("", [new Candidate(call.Vendor, call.Model)]), call);

    /// <summary>The way to a model of a vendor; one for the life of the process.</summary>
    /// <exception cref="OrleansAiException">The vendor is not configured.</exception>
    public VendorInvoker For(string vendor, string model) => _invokers.GetOrAdd(
        (vendor, model), static (key, self) => new Lazy<VendorInvoker>(() => self.Create(key.Vendor, key.Model)), this).Value;

    /// <inheritdoc />
    public Task<ReplayedExchange> ReplayAsync(ModelCall call, RecordedExchange recorded, CancellationToken cancellationToken) =>
        For(call.Vendor, call.Model).ReplayAsync(call with { Pinned = IsPinned(call) }, recorded, cancellationToken);

    /// <summary>Closes connections.</summary>
    public void Dispose()
    {
        foreach (var invoker in _invokers.Values.Where(static invoker => invoker.IsValueCreated))
        {
            invoker.Value.Dispose();
        }

        _adapters.Dispose();
    }

    /// <summary>Every candidate of a route and every model that was called, with the way to it where there is one.</summary>
    internal IEnumerable<(Candidate Candidate, VendorOptions Options, VendorInvoker? Invoker)> Known() =>
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

    internal bool IsUsable(Candidate candidate) => Trouble(candidate) is null;

    private bool IsPinned(ModelCall call) => call.Route is { } route && _routes.TryGetValue(route, out var known)
        && known.Candidates.Any(one => one.Vendor == call.Vendor && one.Model == call.Model && one.Pinned);

    // Why a candidate is passed over; null when it is not.
    private string? Trouble(Candidate candidate)
    {
        if (_invokers.TryGetValue((candidate.Vendor, candidate.Model), out var invoker) && invoker is { IsValueCreated: true, Value.IsToBeAvoided: true })
        {
            return invoker.Value.Health.IsOpen ? "breaker_open" : "quarantined";
        }

        return Standings.MayTry(candidate) ? null : Standings.Find(candidate.Vendor, candidate.Model)?.Cause ?? "failed";
    }

    private VendorInvoker Create(string vendor, string model)
    {
        var options = _vendors.GetValueOrDefault(vendor) ?? throw new OrleansAiException(
            ErrorCodes.VendorUnavailable, $"The vendor '{vendor}' is not configured on this silo.");
        var quarantine = new QuarantineFlag(_time);
        return new VendorInvoker(
            vendor,
            _adapters.Create(vendor, options, model),
            options,
            new AnswerJudge(Tools, options, quarantine),
            _time,
            _logger)
        {
            Quarantine = quarantine,
            Evaluations = _events,
        };
    }
}
