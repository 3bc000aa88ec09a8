namespace OrleansAi.Contracts.Access;

/// <summary>One management call: who, what, when, and what came of it.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.audit-entry")]
public sealed record AuditEntry
{
    /// <summary>Its place in the log of its project, from 1, without gaps; 0 until it is written.</summary>
    [Id(0)]
    public long Position { get; init; }

    /// <summary>When it was made, Unix milliseconds.</summary>
    [Id(1)]
    public required long At { get; init; }

    /// <summary>A key's id, <c>local</c> where keys are not asked for, or <see cref="AccessActor.CommandLineId"/>.</summary>
    [Id(2)]
    public required string Actor { get; init; }

    /// <summary>The actor's role.</summary>
    [Id(3)]
    public required KeyRole Role { get; init; }

    /// <summary>What was asked for: a method and a route, or a command.</summary>
    [Id(4)]
    public required string Action { get; init; }

    /// <summary>What it was asked of: a path with its ids, or a key's id; at most 200 characters.</summary>
    [Id(5)]
    public required string Target { get; init; }

    /// <summary>The HTTP status of the answer; 200 for a command that succeeded.</summary>
    [Id(6)]
    public required int Status { get; init; }

    /// <summary>The request's id.</summary>
    [Id(7)]
    public string? RequestId { get; init; }
}

/// <summary>Which entries are wanted, newest first.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.audit-query")]
public sealed record AuditQuery
{
    /// <summary>The position of the last entry of the page before; null for the newest.</summary>
    [Id(0)]
    public long? After { get; init; }

    /// <summary>The most entries; 1 to 200.</summary>
    [Id(1)]
    public int Limit { get; init; } = 50;
}

/// <summary>A page of the log, newest first.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.audit-page")]
public sealed record AuditPage
{
    /// <summary>The entries.</summary>
    [Id(0)]
    public required IReadOnlyList<AuditEntry> Entries { get; init; }

    /// <summary>True when older ones follow.</summary>
    [Id(1)]
    public required bool HasMore { get; init; }
}
