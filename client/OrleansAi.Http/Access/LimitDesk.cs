using Microsoft.Extensions.Options;
using OrleansAi.Client.Access;
using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.Access;

/// <summary>
/// Where requests are let in by the limits of their key and project: one call to the project's counter where a limit concerns
/// the request, none where not.
/// </summary>
internal sealed class LimitDesk(AccessClient access, IOptions<LimitOptions> options, IdSource ids)
{
    // About four bytes of a request are a token; what a run really took is settled when it has ended.
    private const int BytesPerToken = 4;

    private readonly RateLimits _keyDefaults = options.Value.Key.ToLimits();
    private readonly RateLimits _projectDefaults = options.Value.Project.ToLimits();

    /// <summary>Lets a request in or refuses it.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="startsRun">True when it starts a run.</param>
    /// <param name="bytes">The length of what it asks; 0 when that is not known.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <returns>The request's pass, or null when no limit concerns it.</returns>
    public ValueTask<LimitPass?> EnterAsync(Caller caller, bool startsRun, long bytes, CancellationToken cancellationToken) =>
        EnterAsync(caller, startsRun, usesTokens: false, bytes, cancellationToken);

    /// <summary>Lets a request in or refuses it.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="startsRun">True when it starts a run.</param>
    /// <param name="usesTokens">True when it uses tokens without a run.</param>
    /// <param name="bytes">The length of what it asks; 0 when that is not known.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <returns>The request's pass, or null when no limit concerns it.</returns>
    public async ValueTask<LimitPass?> EnterAsync(
        Caller caller, bool startsRun, bool usesTokens, long bytes, CancellationToken cancellationToken)
    {
        if (caller.Grant is not { } grant)
        {
            return null;
        }

        var (key, project) = (grant.KeyLimits.Or(_keyDefaults), grant.ProjectLimits.Or(_projectDefaults));
        var isCounted = startsRun && (key.LimitRuns || project.LimitRuns);
        var isMetered = usesTokens && (key.TokensPerMinute ?? project.TokensPerMinute) is not null;
        if (!isCounted && !isMetered && key.RequestsPerMinute is null && project.RequestsPerMinute is null)
        {
            return null;
        }

        var request = new LimitRequest
        {
            Ticket = ids.New(IdPrefixes.Request),
            KeyId = grant.KeyId,
            Key = key,
            Project = project,
            StartsRun = isCounted,
            UsesTokens = isMetered,
            EstimatedTokens = isCounted || isMetered ? (int)Math.Min(int.MaxValue, bytes / BytesPerToken) : 0,
        };
        var decision = await access.EnterAsync(grant.Project, request, cancellationToken);
        return new LimitPass(access, ids, grant.Project, request, decision);
    }
}
