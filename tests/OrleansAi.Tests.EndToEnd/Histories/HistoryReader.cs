using OrleansAi.Testing.Histories;

namespace OrleansAi.Tests.EndToEnd.Histories;

/// <summary>Reads a collection in every way there is: through one front, or through all of them in turn.</summary>
internal sealed class HistoryReader(
    HistoryClient client, HistoryCluster cluster, string collection, IReadOnlyList<HistoryWriter> writers, int? home, Random random)
{
    private readonly List<string> _documents = [];

    /// <summary>Reads until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            client.Front = home ?? Reachable();
            var read = await ReadAsync();
            if (read.Outcome != OperationOutcome.Acknowledged && home is not null && cluster.IsUnreachable(home.Value))
            {
                // Its front is not there: a moment, and it asks again.
                await Task.Delay(50, CancellationToken.None);
            }
        }
    }

    private async Task<HistoryRead> ReadAsync()
    {
        var told = writers.Max(static writer => writer.Told);
        switch (random.Next(100))
        {
            case < 50:
                var read = await client.SearchAsync(collection);
                _documents.AddRange(read.Values.Select(static seen => seen.Document).Except(_documents));
                return read;
            case < 65:
                return await client.SearchAsync(collection, minVersion: told);
            case < 80:
                return await client.SearchAsync(collection, atVersion: random.NextInt64(1, Math.Max(told, 1) + 1));
            case < 90 when _documents.Count > 0:
                return await client.GetAsync(collection, _documents[random.Next(_documents.Count)]);
            case < 95:
                return await client.ListAsync(collection);
            default:
                return await client.DescribeAsync(collection);
        }
    }

    private int Reachable()
    {
        var fronts = Enumerable.Range(0, cluster.Urls.Count).Where(front => !cluster.IsUnreachable(front)).ToArray();
        return fronts[random.Next(fronts.Length)];
    }
}
