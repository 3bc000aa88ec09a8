namespace OrleansAi.Tests.Cluster.Access;

/// <summary>What a tenant has: every id and every text by which it could be told.</summary>
internal sealed record Estate
{
    public required TestKey Key { get; init; }

    public required string Conversation { get; init; }

    public required string Item { get; init; }

    public required string Run { get; init; }

    /// <summary>A chat completion that is stored.</summary>
    public required string Completion { get; init; }

    /// <summary>A file.</summary>
    public required string File { get; init; }

    /// <summary>A vector store, in which its file is.</summary>
    public required string Store { get; init; }

    /// <summary>The file batch with which the file came in.</summary>
    public required string Batch { get; init; }

    /// <summary>A text that is in its conversation and its runs, and in its file.</summary>
    public required string Text { get; init; }

    /// <summary>The name of its project, which others may have too, but for a part of its own.</summary>
    public required string ProjectName { get; init; }

    /// <summary>What no other tenant may ever see.</summary>
    public IReadOnlyList<string> Marks => [Key.Id, Key.Project, Conversation, Item, Run, Completion, File, Store, Batch, Text, ProjectName];

    /// <summary>Ids of the same forms that nobody has.</summary>
    public required Estate? Nothing { get; init; }
}

/// <summary>What is tried on a route.</summary>
/// <param name="Route">As it is mapped: <c>GET /v1/models</c>.</param>
/// <param name="Make">Path and body from what a tenant has.</param>
internal sealed record IsolationCase(string Route, Func<Estate, (string Path, string? Body)> Make)
{
    /// <summary>True when the request names something of a tenant's; false for lists and for what makes something new.</summary>
    public bool NamesThings { get; init; } = true;

    /// <summary>The media type of the body.</summary>
    public string MediaType { get; init; } = "application/json";

    /// <summary>The status that the owner gets; proves that the case asks for something real.</summary>
    public int OwnStatus { get; init; } = 200;

    /// <summary>What the owner's own answer has of its estate; null when it need not have any.</summary>
    public Func<Estate, string>? OwnMark { get; init; }

    /// <summary>False when the owner must not send it, since it would end what others are tested with.</summary>
    public bool OwnerSends { get; init; } = true;

    /// <summary>True when tenants of one organisation see it by design: their admin's view of keys and projects.</summary>
    public bool IsOfOrganization { get; init; }

    public string Method => Route[..Route.IndexOf(' ', StringComparison.Ordinal)] is "*" ? "GET" : Route[..Route.IndexOf(' ', StringComparison.Ordinal)];

    public override string ToString() => Route;
}
