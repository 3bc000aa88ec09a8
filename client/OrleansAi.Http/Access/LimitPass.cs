using System.Collections.Concurrent;
using OrleansAi.Client.Access;
using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;

namespace OrleansAi.Http.Access;

/// <summary>What came of asking to be let in.</summary>
internal sealed class LimitPass(AccessClient access, IdSource ids, string project, LimitRequest request, LimitDecision decision)
{
    private readonly ConcurrentQueue<string> _started = new();
    private LimitRequest? _further;

    public LimitDecision Decision => decision;

    /// <summary>True when <see cref="LeaveAsync"/> must be called once the request is answered.</summary>
    public bool IsCounted => request.StartsRun && decision.Refusal is null;

    /// <summary>True when <see cref="SettleAsync"/> must be called once the request is answered.</summary>
    public bool IsMetered => request.UsesTokens && decision.Refusal is null;

    /// <summary>Refuses the request if it was not let in.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.RateLimited"/>.</exception>
    public void ThrowIfRefused() => ThrowIfRefused(decision);

    /// <summary>Lets further runs of the request in, all of them or none: how many there are stands in its body.</summary>
    /// <param name="runs">How many beside the first.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.RateLimited"/>.</exception>
    public async Task EnterFurtherAsync(int runs, CancellationToken cancellationToken)
    {
        if (!IsCounted || runs == 0)
        {
            return;
        }

        var further = request with { Ticket = ids.New(IdPrefixes.Request), MoreRuns = runs - 1, IsFurther = true };
        ThrowIfRefused(await access.EnterAsync(project, further, cancellationToken));
        _further = further;
    }

    /// <summary>Tells how many tokens the request took. Nobody waits for this.</summary>
    public Task SettleAsync(int tokens) => IsMetered ? access.SettleAsync(project, request.KeyId, tokens - request.EstimatedTokens) : Task.CompletedTask;

    /// <summary>Tells of a run that the request has started.</summary>
    public void Add(string run) => _started.Enqueue(run);

    /// <summary>Tells which runs the request started; each holds its place until it has ended. Nobody waits for this.</summary>
    /// <param name="run">The run, where none was added; null when there is none.</param>
    public async Task LeaveAsync(string? run = null)
    {
        if (!IsCounted)
        {
            return;
        }

        if (_started.IsEmpty && run is not null)
        {
            _started.Enqueue(run);
        }

        foreach (var ticket in Tickets())
        {
            await access.LeaveAsync(project, ticket, _started.TryDequeue(out var started) ? started : null);
        }
    }

    private IEnumerable<string> Tickets() =>
        _further is { } further ? Enumerable.Range(0, further.Runs).Select(further.TicketOf).Prepend(request.Ticket) : [request.Ticket];

    private static void ThrowIfRefused(LimitDecision decision)
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
}
