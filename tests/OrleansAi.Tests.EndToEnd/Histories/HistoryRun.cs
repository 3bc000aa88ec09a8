using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using OrleansAi.Testing;
using OrleansAi.Testing.Histories;

namespace OrleansAi.Tests.EndToEnd.Histories;

/// <summary>Writers and readers over a cluster whose silos are killed and paused meanwhile, and what the check of their history says.</summary>
internal sealed class HistoryRun : IDisposable
{
    private static readonly TimeSpan CutOff = TimeSpan.FromSeconds(3);
    private readonly HistoryCluster _cluster;
    private readonly HistoryOptions _options;
    private readonly History _history = new();
    private readonly ConcurrentDictionary<string, int> _troubles = new(StringComparer.Ordinal);
    private readonly List<HistoryClient> _clients = [];
    private readonly List<string> _collections = [];
    private readonly List<HistoryWriter> _writers = [];
    private readonly List<HistoryReader> _readers = [];
    private readonly List<string> _faults = [];
    private readonly Random _random;
    private Task _working = Task.CompletedTask;
    private int? _lastDead;

    public HistoryRun(HistoryCluster cluster, HistoryOptions options) =>
        (_cluster, _options, _random) = (cluster, options, new Random(options.Seed));

    /// <summary>How often a silo was killed.</summary>
    public int Kills { get; private set; }

    /// <summary>How often a silo was paused and went on as if nothing had been.</summary>
    public int Pauses { get; private set; }

    /// <summary>How often a silo was paused until the others had declared it dead.</summary>
    public int Deaths { get; private set; }

    /// <summary>How many operations have ended.</summary>
    public int Operations => _history.Count;

    /// <summary>Makes collections and documents, and begins to write and to read.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < _options.Collections; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"c{i}");
            var collection = await NewClient(name).CreateCollectionAsync();
            _collections.Add(collection);

            // The writers of a collection are at different fronts, so that one goes on when another one's front hangs.
            var writers = Enumerable.Range(0, _options.Writers).Select(w => new HistoryWriter(
                NewClient($"{name}w{w}"), _cluster, collection, $"{name}w{w}", (i + w) % _cluster.Urls.Count, _options.Documents, NewRandom())).ToList();
            await Task.WhenAll(writers.Select(writer => writer.PrepareAsync(cancellationToken)));
            _writers.AddRange(writers);

            // One roams over the fronts, the others stay at one.
            _readers.AddRange(Enumerable.Range(0, _options.Readers).Select(r => new HistoryReader(
                NewClient($"{name}r{r}"), _cluster, collection, writers, r == 0 ? null : (i + r) % _cluster.Urls.Count, NewRandom())));
        }

        _working = Task.WhenAll([
            .. _writers.Select(writer => writer.RunAsync(cancellationToken)),
            .. _readers.Select(reader => reader.RunAsync(cancellationToken))]);
    }

    /// <summary>Waits for so many further operations.</summary>
    public async Task OperationsAsync(int more)
    {
        var wanted = _history.Count + more;
        await Eventually.TrueAsync(() => _working.IsFaulted || _history.Count >= wanted, $"{more} operations", seconds: 120);
        if (_working.IsFaulted)
        {
            await _working;
        }
    }

    /// <summary>Kills a silo with SIGKILL and starts it again.</summary>
    public async Task KillAsync()
    {
        Kills++;
        var silo = _random.Next(_cluster.Silos);
        var began = _history.Now;
        await _cluster.KillAsync(silo);
        Note("killed", silo, began);
    }

    /// <summary>Pauses a silo for a moment, in which the others do not give it up.</summary>
    public async Task PauseAsync()
    {
        Pauses++;
        var silo = _random.Next(_cluster.Silos);
        var began = _history.Now;
        await _cluster.PauseAsync(silo);
        await Task.WhenAny(_working, Task.Delay(TimeSpan.FromSeconds(2 + (3 * _random.NextDouble()))));
        await _cluster.ResumeAsync(silo);
        Note("paused", silo, began);
    }

    /// <summary>
    /// Pauses a silo until the others have declared it dead and have written what it knows nothing of. It goes on with the questions of readers
    /// that have waited at its front, and cannot reach the database at first, so that it does not learn that it is dead.
    /// </summary>
    public async Task PauseUntilDeadAsync()
    {
        Deaths++;

        // Whoever was declared dead last has been away and may own nothing since.
        var silo = _lastDead is { } last ? (last + 1 + _random.Next(_cluster.Silos - 1)) % _cluster.Silos : _random.Next(_cluster.Silos);
        _lastDead = silo;
        var began = _history.Now;
        var waiting = await Task.WhenAll(_collections.SelectMany(collection => Enumerable.Range(0, 4).Select(_ => WaitingAsync(silo, collection))));
        await _cluster.PauseAsync(silo);
        await _cluster.DeclaredDeadAsync(silo);
        Note("declared dead", silo, began);
        var before = _writers.Select(static writer => writer.Acknowledged).ToArray();
        await Eventually.TrueAsync(
            () => _working.IsFaulted || _collections.Select((_, i) => Written(i, before)).All(static isWritten => isWritten),
            "the others write to all collections",
            seconds: 60);
        var asking = waiting.Select(static one => AskAsync(one.Client, one.Collection)).ToList();
        _cluster.Hold(silo);
        await _cluster.ResumeAsync(silo);
        Note("paused", silo, began);
        await Task.WhenAny(Task.WhenAll(asking), Task.Delay(CutOff));
        _cluster.Release(silo);
        await Task.WhenAll(asking);
        await _cluster.RejoinAsync(silo);
        Note("away", silo, began);
    }

    /// <summary>Ends writing and reading, and reads everything once more through every front.</summary>
    public async Task EndAsync(CancellationTokenSource running)
    {
        await running.CancelAsync();
        await _working;
        var last = NewClient("last");
        for (last.Front = 0; last.Front < _cluster.Urls.Count; last.Front++)
        {
            foreach (var collection in _collections)
            {
                await last.SearchAsync(collection);
                await last.ListAsync(collection);
            }
        }
    }

    /// <summary>Everything that the history breaks.</summary>
    public IReadOnlyList<Violation> Check() => HistoryChecker.Check(_history.Operations);

    /// <summary>What happened, in a few lines.</summary>
    public string Describe(IReadOnlyList<Violation> violations)
    {
        var operations = _history.Operations;
        var reads = operations.OfType<HistoryRead>().ToList();
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"seed {_options.Seed}, {_cluster.Silos} silos, {_cluster.Urls.Count} fronts, {_options.Collections} collections");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{operations.Count} operations in {_history.Now / 1_000_000} s: {operations.Count - reads.Count} writes, {reads.Count(static read => read.IsVersioned && read.AtVersion is null)} reads of "
            + $"the newest version, {reads.Count(static read => read.AtVersion is not null)} of older ones, {reads.Count(static read => !read.IsVersioned)} of documents and lists");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{Kills} kills, {Pauses} short pauses, {Deaths} pauses until declared dead; {operations.Count(static one => one.Outcome == OperationOutcome.Unknown)} operations "
            + $"of unknown outcome, {operations.Count(static one => one.Outcome == OperationOutcome.Refused)} refused");
        text.AppendLine(string.Join(", ", _faults));
        text.AppendLine(CultureInfo.InvariantCulture, $"not answered with success: {string.Join(", ", _troubles.Select(static trouble => $"{trouble.Key} {trouble.Value}"))}");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{violations.Count} violations{string.Concat(violations.GroupBy(static one => one.Kind).Select(static kind => $", {kind.Key} {kind.Count()}"))}");
        foreach (var violation in violations.Take(12))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {violation}");
        }

        return text.ToString();
    }

    public void Dispose() => _clients.ForEach(static client => client.Dispose());

    private void Note(string what, int silo, long began) => _faults.Add(string.Create(
        CultureInfo.InvariantCulture, $"{began / 1e6:0} s: silo {silo} {what} for {(_history.Now - began) / 1e6:0.0} s ({_history.Count} operations)"));

    private bool Written(int collection, int[] before) => Enumerable.Range(collection * _options.Writers, _options.Writers)
        .Any(writer => _writers[writer].Acknowledged > before[writer]);

    // With a connection that is open already, so that its question is all that the front has to read.
    private async Task<(HistoryClient Client, string Collection)> WaitingAsync(int front, string collection)
    {
        var client = NewClient(string.Create(CultureInfo.InvariantCulture, $"waiting{_clients.Count}"));
        client.Front = front;
        await client.ListAsync(collection);
        return (client, collection);
    }

    private static async Task AskAsync(HistoryClient client, string collection)
    {
        await client.ListAsync(collection);
        await client.SearchAsync(collection);
    }

    private HistoryClient NewClient(string name)
    {
        var client = new HistoryClient(_history, _troubles, name, _cluster.Urls);
        _clients.Add(client);
        return client;
    }

    private Random NewRandom() => new(_random.Next());
}
