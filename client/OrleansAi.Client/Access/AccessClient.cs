using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Errors;
using OrleansAi.Grains;

namespace OrleansAi.Client.Access;

/// <summary>
/// Calls about keys, projects, limits and the audit log. Errors are <see cref="OrleansAiException"/>. Who may call what is
/// decided by the <see cref="AccessActor"/> that the caller gives, so this is for fronts that have checked a key.
/// </summary>
public sealed class AccessClient(IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>What a key stands for.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidApiKey"/>.</exception>
    public Task<KeyGrant> CheckAsync(KeyProof proof, CancellationToken cancellationToken) =>
        CallAsync(() => Access().Check(proof), mayRepeat: true, cancellationToken);

    /// <summary>Makes a project in the actor's organisation.</summary>
    public Task<ProjectView> CreateProjectAsync(AccessActor actor, NewProject project) =>
        CallAsync(() => Access().CreateProject(actor, project));

    /// <summary>The projects of the actor's organisation, oldest first.</summary>
    public Task<IReadOnlyList<ProjectView>> ListProjectsAsync(AccessActor actor) =>
        CallAsync(() => Access().ListProjects(actor), mayRepeat: true);

    /// <summary>Makes a key in a project of the actor's organisation.</summary>
    public Task<KeyView> CreateKeyAsync(AccessActor actor, NewKey key) => CallAsync(() => Access().CreateKey(actor, key));

    /// <summary>The keys of the actor's organisation, oldest first.</summary>
    public Task<IReadOnlyList<KeyView>> ListKeysAsync(AccessActor actor) =>
        CallAsync(() => Access().ListKeys(actor), mayRepeat: true);

    /// <summary>Revokes a key of the actor's organisation. When the call returns, no process accepts the key any more.</summary>
    public Task<KeyView> RevokeKeyAsync(AccessActor actor, string id) =>
        CallAsync(() => Access().RevokeKey(actor, id), mayRepeat: true);

    /// <summary>Writes an entry into a tenant's audit log and returns once it is durable.</summary>
    public Task AppendAuditAsync(string tenant, AuditEntry entry) => CallAsync(async () =>
    {
        await grains.GetGrain<IAuditGrain>(tenant).Append(entry);
        return true;
    });

    /// <summary>A page of a tenant's audit log, newest first.</summary>
    public Task<AuditPage> ListAuditAsync(string tenant, AuditQuery query) =>
        CallAsync(() => grains.GetGrain<IAuditGrain>(tenant).List(query), mayRepeat: true);

    /// <summary>Lets a request of a project in or refuses it.</summary>
    public Task<LimitDecision> EnterAsync(string project, LimitRequest request, CancellationToken cancellationToken) =>
        CallAsync(() => grains.GetGrain<IRateLimitGrain>(project).Enter(request), mayRepeat: true, cancellationToken);

    /// <summary>Tells that a request that was let in and started a run has been answered. Nobody waits for it.</summary>
    public Task LeaveAsync(string project, string ticket, string? runId) =>
        grains.GetGrain<IRateLimitGrain>(project).Leave(ticket, runId);

    /// <summary>Tells that a request that used tokens without a run took more than was thought, or less. Nobody waits for it.</summary>
    public Task SettleAsync(string project, string keyId, int moreTokens) =>
        grains.GetGrain<IRateLimitGrain>(project).Settle(keyId, moreTokens);

    private IAccessGrain Access() => grains.GetGrain<IAccessGrain>(0);

    private async Task<T> CallAsync<T>(Func<Task<T>> call, bool mayRepeat = false, CancellationToken cancellationToken = default)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await call().WaitAsync(cancellationToken);
            }
            catch (Exception exception) when (OrleansAiClient.IsLost(exception))
            {
                if (!mayRepeat || time.GetElapsedTime(started) > Patience)
                {
                    throw new OrleansAiException(
                        ErrorCodes.Overloaded, "The silo that was asked was lost during the call; look what came of it and try again.", exception)
                    {
                        IsTransient = true,
                        RetryAfter = TimeSpan.FromSeconds(5),
                    };
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
            }
        }
    }
}
