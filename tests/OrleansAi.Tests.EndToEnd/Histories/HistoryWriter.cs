using OrleansAi.Testing.Histories;

namespace OrleansAi.Tests.EndToEnd.Histories;

/// <summary>Writes some documents of a collection, which nobody else writes.</summary>
internal sealed class HistoryWriter(HistoryClient client, HistoryCluster cluster, string collection, string name, int home, int documents, Random random)
{
    private readonly List<Slot> _slots = [];
    private int _files;
    private int _revisions;

    /// <summary>The version of the last write that was acknowledged.</summary>
    public long Told { get; private set; }

    /// <summary>How many writes were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Uploads the documents.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        while (_slots.Count < documents)
        {
            _slots.Add(await NewSlotAsync(cancellationToken));
        }
    }

    /// <summary>Writes until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            // Back home as soon as that is there, so that the writers of a collection do not come to hang at one front together.
            client.Front = home;
            while (cluster.IsUnreachable(client.Front))
            {
                client.Front = (client.Front + 1) % cluster.Urls.Count;
            }

            var index = random.Next(_slots.Count);
            var slot = _slots[index];
            var write = await WriteAsync(slot);
            if (write.Outcome == OperationOutcome.Acknowledged)
            {
                (Told, Acknowledged, slot.IsThere) = (Math.Max(Told, write.Version ?? 0), Acknowledged + 1, write.Value is not null);
                continue;
            }

            // Nobody knows what became of it, so the document is not used any more, and another one comes in its place.
            client.Front = (client.Front + 1) % cluster.Urls.Count;
            await RetireAsync(slot, cancellationToken);
            try
            {
                _slots[index] = await NewSlotAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The run ends.
                return;
            }
        }
    }

    private Task<HistoryWrite> WriteAsync(Slot slot)
    {
        var value = $"{slot.Mark} {++_revisions}";
        return random.Next(100) switch
        {
            _ when !slot.IsThere => client.PutAsync(collection, slot.Document, value, isExact: true),
            < 35 => client.PutAsync(collection, slot.Document, value, isExact: true),
            < 80 => client.SetAsync(collection, slot.Document, value, isExact: true),
            _ => client.RemoveAsync(collection, slot.Document),
        };
    }

    // Retired documents are taken out, so that an answer has room for all that are there.
    private async Task RetireAsync(Slot slot, CancellationToken cancellationToken)
    {
        for (var i = 0; i < cluster.Urls.Count && !cancellationToken.IsCancellationRequested; i++)
        {
            if ((await client.RemoveAsync(collection, slot.Document)).Outcome == OperationOutcome.Acknowledged)
            {
                return;
            }

            client.Front = (client.Front + 1) % cluster.Urls.Count;
        }
    }

    private async Task<Slot> NewSlotAsync(CancellationToken cancellationToken)
    {
        var mark = $"{name}d{_files++}x";
        var text = $"# {mark}\n\nThe {HistoryClient.Word} {mark} hangs at gate {random.Next(10_000)} and is lit at dusk.";
        return new Slot(mark, await client.UploadAsync(text, cancellationToken));
    }

    private sealed record Slot(string Mark, string Document)
    {
        public bool IsThere { get; set; }
    }
}
