namespace OrleansAi.Knowledge.Versions.Changes;

/// <summary>Something that happened to a collection: the body of a record in its stream.</summary>
public abstract record CollectionChange
{
    private protected CollectionChange()
    {
    }
}
