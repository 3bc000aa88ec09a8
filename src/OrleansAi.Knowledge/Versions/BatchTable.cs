namespace OrleansAi.Knowledge.Versions;

/// <summary>The batches that documents were added in, the newest of them.</summary>
internal sealed class BatchTable
{
    private readonly OrderedDictionary<string, BatchEntry> _batches = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, BatchEntry> All => _batches;

    public void Set(BatchEntry batch) => _batches[batch.Id] = batch;

    public void Cancel(string id) => _batches[id] = _batches[id] with { IsCancelled = true };

    public void Add(string? id, long at)
    {
        if (id is not null && _batches.TryAdd(id, new BatchEntry(id, at)) && _batches.Count > CollectionLimits.MostBatches)
        {
            _batches.RemoveAt(0);
        }
    }
}
