using System.Collections.Concurrent;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Compare;

/// <summary>The runs around a run, as far as they were read.</summary>
/// <param name="Route">The route of all of them; null for all routes.</param>
/// <param name="Listed">How many lines of the index they were taken from.</param>
/// <param name="Runs">The runs.</param>
public sealed record Population(string? Route, int Listed, IReadOnlyList<ObservedRun> Runs)
{
    /// <summary>The good ones.</summary>
    public IEnumerable<ObservedRun> Good => Runs.Where(static run => !run.IsBad);
}

/// <summary>
/// Reads the runs around a run from their records. Nothing is kept for it beside the records: a hash of a prompt in an index would
/// outlive the key that the prompt is destroyed with, and each turn would pay for a question that is seldom asked. So it is
/// bounded instead: of at most <see cref="MostListed"/> lines of the index on either side of the run, the records of at most
/// <see cref="MostRead"/> bad runs and as many others are read, evenly over the time of all of them.
/// </summary>
/// <param name="journal">The journal.</param>
/// <param name="reader">Reads records.</param>
public sealed class PopulationReader(IJournalReader journal, RecordReader reader)
{
    /// <summary>The most lines of the index on either side of the run.</summary>
    public const int MostListed = 1_000;

    /// <summary>The most records that are read of bad runs, and of others.</summary>
    public const int MostRead = 250;

    /// <summary>With fewer good runs than this on its own route, a run is compared with those of all routes.</summary>
    public const int FewGood = 10;

    // Enough to hide the way to the database, and few enough to leave its connections to the turns.
    private const int AtOnce = 4;

    /// <summary>The runs around a run, itself included: those of its route, or of all routes where it has too few good ones.</summary>
    public async Task<Population> AroundAsync(RunEntry run, CancellationToken cancellationToken)
    {
        var own = await ReadAsync(run, run.Model, cancellationToken);
        return own.Good.Count() >= FewGood ? own : await ReadAsync(run, route: null, cancellationToken);
    }

    /// <summary>A few from many, evenly: all of them when there are no more.</summary>
    internal static IEnumerable<T> Evenly<T>(IReadOnlyList<T> all, int most) => all.Count <= most
        ? all
        : Enumerable.Range(0, most).Select(i => all[(int)((long)i * all.Count / most)]);

    private async Task<Population> ReadAsync(RunEntry run, string? route, CancellationToken cancellationToken)
    {
        var query = new RunQuery { Model = route, Cursor = run.RunId, Limit = MostListed };
        var before = await journal.SearchRunsAsync(run.Tenant, query, cancellationToken);
        var after = await journal.SearchRunsAsync(run.Tenant, query with { Ascending = true }, cancellationToken);
        List<RunEntry> listed = [.. before.Take(MostListed), .. after.Take(MostListed)];
        var ended = listed.Where(static one => one is { EndedPosition: not null, Status: not RunStatus.Cancelled }).ToLookup(static one => RunHealth.IsBad(one.Status));
        List<RunEntry> chosen = [run, .. Evenly([.. ended[true]], MostRead), .. Evenly([.. ended[false]], MostRead)];
        var observed = new ConcurrentBag<ObservedRun>();
        await Parallel.ForEachAsync(
            chosen.GroupBy(static one => one.Stream),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (stream, token) =>
            {
                foreach (var one in await ObserveAsync(stream.Key, [.. stream], token))
                {
                    observed.Add(one);
                }
            });
        return new Population(route, listed.Count + 1, [.. observed.OrderBy(static one => one.CreatedAt).ThenBy(static one => one.RunId, StringComparer.Ordinal)]);
    }

    // Of the texts only those that factors are made of are read.
    private async Task<IReadOnlyList<ObservedRun>> ObserveAsync(string stream, IReadOnlyList<RunEntry> runs, CancellationToken cancellationToken)
    {
        long[] positions = [.. runs.SelectMany(static run => (long[])[run.AdmittedPosition, run.EndedPosition!.Value])];
        var records = (await reader.OpenAsync(stream, await journal.ReadAtAsync(stream, positions, cancellationToken), cancellationToken))
            .ToDictionary(static record => record.Position, static record => record.Body);
        var read = new List<(RunEntry Entry, RunAdmittedBody Admitted, RunEndedBody Ended)>(runs.Count);
        foreach (var run in runs)
        {
            if (records.GetValueOrDefault(run.AdmittedPosition) is RunAdmittedBody admitted
                && records.GetValueOrDefault(run.EndedPosition!.Value) is RunEndedBody ended)
            {
                read.Add((run, admitted, ended));
            }
        }

        await reader.ResolveAsync(stream, read.SelectMany(static one => RunFactors.TextsOf(one.Admitted)), cancellationToken);
        return
        [
            .. read.Select(static one => new ObservedRun(
                one.Entry.RunId, one.Entry.CreatedAt, RunHealth.Symptoms(one.Ended).Count > 0, RunFactors.Of(one.Admitted, one.Ended))),
        ];
    }
}
