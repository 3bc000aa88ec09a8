using Orleans.Concurrency;
using OrleansAi.Access.Audit;
using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Ids;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Access;

/// <summary>The writer of a tenant's audit log, so that its entries are not written against each other.</summary>
[Reentrant]
internal sealed class AuditGrain(IJournal journal, IdSource ids, IGrainContext context) : Grain, IAuditGrain
{
    private readonly AuditLog _log = new(journal, ids, context.GrainId.Key.ToString()!);

    public Task Append(AuditEntry entry) => _log.AppendAsync(entry);

    public Task<AuditPage> List(AuditQuery query) => _log.ListAsync(query);
}
