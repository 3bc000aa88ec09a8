namespace OrleansAi.Engine.Sealing;

/// <summary>
/// How the units of a record are numbered. The numbers are stored: never change one. What nearly every turn has comes first,
/// because its keys cost least.
/// </summary>
internal static class ContentUnits
{
    /// <summary>Of metadata that stands in a record of its own.</summary>
    public const int Metadata = 0;

    /// <summary>Of an admission: instructions, options and metadata.</summary>
    public const int Frame = 1;

    /// <summary>Of an end: what contains more than one item, or none: raw answers, cut attempts, deltas, messages.</summary>
    public const int Exchange = 1;

    /// <summary>Of items that were given, by their place.</summary>
    public static int OfItem(int index) => index == 0 ? 0 : index + 1;
}

/// <summary>Gives the parts of an answer their numbers: the first one 0, the others from 2.</summary>
internal sealed class UnitCounter
{
    private int _next;

    /// <summary>The next number.</summary>
    public int Take()
    {
        var unit = _next;
        _next = _next == 0 ? ContentUnits.Exchange + 1 : _next + 1;
        return unit;
    }
}
