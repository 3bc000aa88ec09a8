namespace OrleansAi.Grains;

/// <summary>
/// The id of a command to a collection, which goes along with the call. A caller repeats a call whose outcome is lost, and the first one may
/// still lie in the queue of a process that hangs: whichever comes second is known by the id and changes nothing, however late that is.
/// </summary>
public static class CollectionCommand
{
    private const string Key = "orleansai.collection-command";

    /// <summary>Gives the calls that follow in this context an id.</summary>
    public static void Set(string id) => RequestContext.Set(Key, id);

    /// <summary>The id of the call that is being carried out.</summary>
    /// <returns>Null when the caller gave none.</returns>
    public static string? Get() => RequestContext.Get(Key) as string;
}
