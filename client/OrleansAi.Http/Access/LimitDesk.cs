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
        return new LimitPass(access, grant.Project, request, decision);
    }
}

/// <summary>What came of asking to be let in.</summary>
internal sealed class LimitPass(AccessClient access, string project, LimitRequest request, LimitDecision decision)
{
    public LimitDecision Decision => decision;

    /// <summary>True when <see cref="LeaveAsync"/> must be called once the request is answered.</summary>
    public bool IsCounted => request.StartsRun && decision.Refusal is null;

    /// <summary>True when <see cref="SettleAsync"/> must be called once the request is answered.</summary>
    public bool IsMetered => request.UsesTokens && decision.Refusal is null;

    /// <summary>Refuses the request if it was not let in.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.RateLimited"/>.</exception>
    public void ThrowIfRefused()
    {
        if (decision.Refusal is { } refusal)
        {
            throw new OrleansAiException(
                ErrorCodes.RateLimited, $"{refusal}; try again after {RequestLimits.Text(decision.RetryAfter)}.")
            {
                IsTransient = true,
                RetryAfter = decision.RetryAfter,
            };
        }
    }

    /// <summary>Tells which run the request started; it holds its place until that has ended. Nobody waits for this.</summary>
    /// <param name="run">The run; null when there is none.</param>
    public Task LeaveAsync(string? run) => IsCounted ? access.LeaveAsync(project, request.Ticket, run) : Task.CompletedTask;

    /// <summary>Tells how many tokens the request took. Nobody waits for this.</summary>
    public Task SettleAsync(int tokens) => IsMetered ? access.SettleAsync(project, request.KeyId, tokens - request.EstimatedTokens) : Task.CompletedTask;
}
