using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Vendors.Pipeline;

namespace OrleansAi.Vendors.Routing;

/// <summary>
/// One model execution along a route: which candidate is called, which one follows when it fails, and what the caller is
/// told in the end. Every attempt counts against the route's cap, and the first cause is kept.
/// </summary>
public sealed class RouteWalk
{
    private readonly VendorCatalog _catalog;
    private readonly ModelCall _call;
    private readonly List<VendorAttempt> _attempts = [];
    private readonly List<byte[]?> _exchanges = [];
    private readonly HashSet<Candidate> _tried = [];
    private readonly int _maxCalls;
    private Route _route;
    private RunError? _first;

    internal RouteWalk(VendorCatalog catalog, Route route, ModelCall call)
    {
        (_catalog, _route, _call, _maxCalls) = (catalog, route, call, route.MaxCalls);
        Candidate = route.Candidates.FirstOrDefault(one => one.Vendor == call.Vendor && one.Model == call.Model)
            ?? new Candidate(call.Vendor, call.Model);
        _tried.Add(Candidate);
    }

    /// <summary>The candidate that is called now.</summary>
    public Candidate Candidate { get; private set; }

    /// <summary>The call to make now.</summary>
    public ModelCall Call => _call with
    {
        Vendor = Candidate.Vendor,
        Model = Candidate.Model,
        Pinned = Candidate.Pinned,
        MaxCalls = _maxCalls - Made,
    };

    private int Made => _attempts.Count(static attempt => attempt.RequestHash is not null || attempt.Billing != BillingCertainty.NotBilled);

    /// <summary>An outcome of the present candidate with what its calls cost.</summary>
    public ModelResult Price(ModelResult result) => Candidate.Prices is not { } prices ? result : result with
    {
        Attempts = [.. result.Attempts.Select(attempt => attempt.Usage is { } usage ? attempt with { Cost = prices.Of(usage) } : attempt)],
    };

    /// <summary>Takes an outcome in.</summary>
    /// <returns>True when another candidate is to be called; false when <see cref="Finish"/> has the last word.</returns>
    public bool Next(ModelResult result)
    {
        _attempts.AddRange(result.Attempts);
        _exchanges.AddRange(result.Exchanges);
        if (result.Error is null)
        {
            _catalog.Standings.Restore(Candidate);
            return false;
        }

        // A wish that one candidate cannot grant is not the caller's fault where another one could have.
        _first = _first is null || (_first.Code == ErrorCodes.InvalidRequest && result.Error.Code != ErrorCodes.InvalidRequest)
            ? result.Error
            : _first;
        var cause = result.Attempts.Count > 0 ? result.Attempts[^1].Cause : null;
        if (FaultNames.Demotes(cause))
        {
            _catalog.Standings.Demote(Candidate, _route.ReturnAfter, cause!);
        }

        if (Made >= _maxCalls || Follower(cause) is not { } follower)
        {
            return false;
        }

        Candidate = follower;
        return _tried.Add(follower);
    }

    /// <summary>The outcome of the whole walk.</summary>
    public ModelResult Finish(ModelResult last) => _first is null ? last : last with
    {
        Attempts = _attempts,
        Exchanges = _exchanges,
        Error = last.Error is null ? null : RunErrors.Of(_first, _attempts),
    };

    private Candidate? Follower(string? cause)
    {
        // A policy's refusal is not shopped around: it goes where the operator says, or nowhere.
        var other = cause switch
        {
            "content_policy" => _route.ContentPolicyRoute,
            "context_length" => _route.ContextLengthRoute,
            _ => null,
        };
        if (other is not null && other != _route.Name)
        {
            _route = _catalog.Resolve(other);
        }
        else if (cause == "content_policy")
        {
            return null;
        }

        var left = _route.Candidates.Where(one => !_tried.Contains(one)).ToList();
        return left.FirstOrDefault(_catalog.IsUsable) ?? left.FirstOrDefault();
    }
}
