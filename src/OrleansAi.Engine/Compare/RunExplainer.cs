using System.Globalization;
using OrleansAi.Contracts.Comparison;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Compare;

/// <summary>Names what separates a failed, incomplete or flagged run from the good runs around it.</summary>
/// <param name="journal">The journal.</param>
/// <param name="reader">Reads records.</param>
public sealed class RunExplainer(IJournalReader journal, RecordReader reader)
{
    private const int MostNearest = 3;

    private readonly RunArchive _archive = new(journal, reader);
    private readonly PopulationReader _populations = new(journal, reader);

    /// <summary>Explains a run.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.ResponseNotFound"/>, <see cref="ErrorCodes.RunNotEnded"/>, <see cref="ErrorCodes.NothingToExplain"/>.
    /// </exception>
    public async Task<RunExplanation> ExplainAsync(string tenant, string runId, CancellationToken cancellationToken)
    {
        var run = await _archive.FindAsync(tenant, runId, cancellationToken)
            ?? throw new OrleansAiException(ErrorCodes.ResponseNotFound, $"There is no run '{runId}'.");
        var symptoms = RunHealth.Symptoms(run.Ended);
        if (run.Ended is not { } ended)
        {
            throw new OrleansAiException(ErrorCodes.RunNotEnded, $"The run '{runId}' has not ended; a run is explained from its record.");
        }

        if (symptoms.Count == 0)
        {
            throw new OrleansAiException(
                ErrorCodes.NothingToExplain,
                $"The run '{runId}' neither failed nor is it incomplete or flagged; compare it with another one by /api/runs/{{a}}/diff/{{b}}.");
        }

        var factors = RunFactors.Of(run.Admitted, ended);
        var population = await _populations.AroundAsync(run.Entry, cancellationToken);
        var near = Nearest(factors, run.Entry.CreatedAt, population);
        RankedFactor[] ranked =
        [
            .. FactorRanking.Rank(factors, population.Runs).Take(RunExplanation.MostFactors).Select(one => Tell(one.Kind, one.Separation, factors, near)),
        ];
        return new RunExplanation
        {
            RunId = runId,
            Status = ended.Status,
            Symptoms = symptoms,
            Summary = Summarise(ranked, population),
            Factors = ranked,
            Nearest = [.. near.Take(MostNearest).Select(good => Compare(factors, good, population))],
            Population = new RunPopulation
            {
                Route = population.Route,
                Listed = population.Listed,
                Bad = population.Runs.Count(static one => one.IsBad),
                Good = population.Good.Count(),
                Since = population.Runs[0].CreatedAt,
                Until = population.Runs[^1].CreatedAt,
            },
        };
    }

    /// <summary>The factors in which two runs differ: of a bad and a good one those first that separate.</summary>
    /// <param name="a">The first run's factors.</param>
    /// <param name="b">The second run's factors.</param>
    /// <param name="bad">The one that is bad, where the other is good; null otherwise.</param>
    /// <param name="other">The id of the second run.</param>
    /// <param name="cancellationToken">Gives the reading up.</param>
    internal async Task<IReadOnlyList<RankedFactor>> DifferencesAsync(
        RunFactors a, RunFactors b, RunEntry? bad, string other, CancellationToken cancellationToken)
    {
        List<RankedFactor> differing = [.. FactorKinds.All.Where(known => a[known.Kind] != b[known.Kind]).Select(known => new RankedFactor
        {
            Kind = known.Kind,
            Value = a[known.Kind],
            Other = b[known.Kind],
            OtherRunId = other,
        })];
        if (bad is null || differing.Count == 0)
        {
            return differing;
        }

        var population = await _populations.AroundAsync(bad, cancellationToken);
        var ofBad = bad.RunId == other ? b : a;
        var separated = differing
            .Select(one => one with { Separation = FactorRanking.Separate(ofBad, one.Kind, population.Runs) })
            .ToDictionary(static one => one.Kind);
        var order = FactorRanking.Order([.. separated.Values.Where(static one => one.Separation is not null).Select(static one => (one.Kind, one.Separation!))]);
        return [.. order.Select(one => separated[one.Kind]), .. separated.Values.Where(static one => one.Separation is null).OrderBy(static one => one.Kind)];
    }

    // The good runs, those first that were given the same, and of those the ones of the same time.
    private static List<ObservedRun> Nearest(RunFactors factors, long at, Population population) =>
    [
        .. population.Good
            .OrderByDescending(good => FactorKinds.All.Count(known => known.IsGiven && factors[known.Kind] is { } value && good.Factors[known.Kind] == value))
            .ThenBy(good => Math.Abs(good.CreatedAt - at))
            .ThenBy(static good => good.RunId, StringComparer.Ordinal),
    ];

    private static RankedFactor Tell(FactorKind kind, Separation separation, RunFactors factors, List<ObservedRun> near)
    {
        var other = near.Find(good => good.Factors[kind] is { } value && value != factors[kind]);
        return new RankedFactor
        {
            Kind = kind,
            Value = factors[kind],
            Other = other?.Factors[kind],
            OtherRunId = other?.RunId,
            Separation = separation,
        };
    }

    private static NearRun Compare(RunFactors factors, ObservedRun good, Population population) => new()
    {
        RunId = good.RunId,
        CreatedAt = good.CreatedAt,
        Differences =
        [
            .. FactorKinds.All.Where(known => good.Factors[known.Kind] != factors[known.Kind]).Select(known => new RankedFactor
            {
                Kind = known.Kind,
                Value = factors[known.Kind],
                Other = good.Factors[known.Kind],
                OtherRunId = good.RunId,
                Separation = FactorRanking.Separate(factors, known.Kind, population.Runs),
            }),
        ],
    };

    private static string Summarise(IReadOnlyList<RankedFactor> ranked, Population population)
    {
        if (!population.Good.Any())
        {
            return "There is no good run near it that it could be compared with.";
        }

        return ranked is [{ Separation: { Score: >= FactorRanking.Conclusive } found } first, ..]
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{FactorKinds.Of(first.Kind).Name} {first.Other} → {first.Value}: {found.BadWith} of {found.BadWith + found.BadWithout} failures, {found.GoodWith} of {found.GoodWith + found.GoodWithout} successes")
            : "No factor that is recorded separates it from the good runs near it.";
    }
}
