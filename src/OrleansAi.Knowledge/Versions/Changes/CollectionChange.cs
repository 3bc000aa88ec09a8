namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>Something that happened to a collection: the body of a record in its stream.</summary>
public abstract record CollectionChange
{
    private protected CollectionChange()
    {
    }

    /// <summary>The command that made it, when that is known: it is not carried out a second time, however late it comes again.</summary>
    /// <value>Null: no caller's command did, or one that may be carried out again.</value>
    public string? Command { get; init; }
}
