using Orleans;
using Orleans.Runtime;

namespace OrleansAi.Client;

/// <summary>
/// References to grains of one kind. Orleans reads the attributes of the interface by reflection for every reference that it is asked for
/// by type, which took a hundredth of a turn: here it is asked that way once.
/// </summary>
/// <typeparam name="TGrain">The grain's interface.</typeparam>
internal static class GrainReferences<TGrain>
    where TGrain : class, IGrainWithStringKey
{
    // What an interface is called, and what its grains are, is the same for all clusters that a process knows.
    private static Kind? s_kind;

    /// <summary>The reference to the grain with a key.</summary>
    public static TGrain Of(IGrainFactory grains, string key)
    {
        if (s_kind is { } kind)
        {
            return (TGrain)grains.GetGrain(GrainId.Create(kind.Grain, key), kind.Interface);
        }

        var first = grains.GetGrain<TGrain>(key);
        var reference = (GrainReference)(object)first;
        s_kind = new Kind(reference.GrainId.Type, reference.InterfaceType);
        return first;
    }

    private sealed record Kind(GrainType Grain, GrainInterfaceType Interface);
}
