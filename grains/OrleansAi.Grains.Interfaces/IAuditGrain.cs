using OrleansAi.Contracts.Access;

namespace OrleansAi.Grains;

/// <summary>The management calls of one tenant, whose id is the key.</summary>
[Alias("orleansai.grains.audit")]
public interface IAuditGrain : IGrainWithStringKey
{
    /// <summary>Writes an entry and returns once it is durable.</summary>
    [Alias("append")]
    Task Append(AuditEntry entry);

    /// <summary>A page of entries, newest first.</summary>
    [Alias("list")]
    Task<AuditPage> List(AuditQuery query);
}
