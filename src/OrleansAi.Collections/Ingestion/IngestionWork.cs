using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Collections.Ingestion;

/// <summary>Something that has to be done with a document.</summary>
/// <param name="Id">The document.</param>
/// <param name="Acceptance">Which acceptance of it.</param>
/// <param name="Building">The number of the index that is being built and shall have it; null for the one that is searched.</param>
internal readonly record struct IngestionWork(string Id, long Acceptance, int? Building)
{
    /// <summary>What there is to do: first what was accepted, oldest first, then what an index that is being built has not yet.</summary>
    public static IEnumerable<IngestionWork> Of(CollectionState state)
    {
        if (state.Status != CollectionStatus.Active)
        {
            yield break;
        }

        foreach (var entry in state.Pending)
        {
            yield return new IngestionWork(entry.Id, entry.Acceptance, null);
        }

        if (state.Building is { } building)
        {
            foreach (var id in state.MissingInBuilding())
            {
                yield return new IngestionWork(id, state.Documents[id].Acceptance, building.Number);
            }
        }
    }
}
