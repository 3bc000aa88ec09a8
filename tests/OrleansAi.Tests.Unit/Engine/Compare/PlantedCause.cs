using OrleansAi.Contracts.Comparison;
using OrleansAi.Engine.Compare;

namespace OrleansAi.Tests.Unit.Engine.Compare;

/// <summary>
/// A seeded population with one planted cause: one of the kinds changes its value for some runs, which then mostly fail. Other
/// kinds change with it nearly always, drift over the time of the population, or are as they are; some runs fail without the cause.
/// </summary>
internal sealed class PlantedCause
{
    public const int Runs = 500;

    private const string Changed = "changed";

    /// <summary>The kinds that a cause is planted in.</summary>
    public static readonly IReadOnlyList<FactorKind> Kinds =
    [
        FactorKind.Silo, FactorKind.RequestedModel, FactorKind.Instructions, FactorKind.Temperature, FactorKind.MaxOutputTokens,
        FactorKind.Tools, FactorKind.OutputFormat, FactorKind.Reasoning, FactorKind.Verbosity, FactorKind.Stream,
        FactorKind.InputLength, FactorKind.HistoryLength, FactorKind.Fallback, FactorKind.AnsweringVendor, FactorKind.ServedModel,
        FactorKind.Fingerprint, FactorKind.Build, FactorKind.Configuration, FactorKind.Collections,
    ];

    private readonly Random _random;
    private readonly List<FactorKind> _alike;
    private readonly List<FactorKind> _drifting;

    private PlantedCause(int seed)
    {
        _random = new Random(seed);
        var kinds = FactorKinds.All.Select(static known => known.Kind).ToArray();
        Kind = Kinds[seed % Kinds.Count];
        _random.Shuffle(kinds);
        var others = kinds.Where(kind => kind != Kind).ToList();
        _alike = others[..4];
        _drifting = others[4..8];
    }

    /// <summary>What the cause is planted in.</summary>
    public FactorKind Kind { get; }

    /// <summary>The population, oldest first.</summary>
    public List<ObservedRun> Population { get; } = new(Runs);

    /// <summary>Some run that failed with the cause.</summary>
    public ObservedRun Failed { get; private set; } = null!;

    /// <summary>Some run that failed without it.</summary>
    public ObservedRun? FailedWithout { get; private set; }

    public static PlantedCause Of(int seed)
    {
        var planted = new PlantedCause(seed);
        planted.Fill();
        return planted;
    }

    private void Fill()
    {
        var start = _random.Next(100, 350);
        var share = Between(0.15, 0.6);
        var fails = Between(0.5, 0.95);
        var failsAnyway = Between(0.01, 0.05);
        var alike = _alike.ToDictionary(static kind => kind, _ => Between(0.8, 0.96));
        var drift = _drifting.ToDictionary(static kind => kind, _ => _random.Next(50, 450));
        var choices = FactorKinds.All.ToDictionary(static known => known.Kind, _ => _random.Next(1, 6));
        for (var i = 0; i < Runs; i++)
        {
            var isChanged = i >= start && _random.NextDouble() < share;
            var isBad = _random.NextDouble() < (isChanged ? fails : failsAnyway);
            var factors = new RunFactors(FactorKinds.All.Select(known => (known.Kind, Value(known.Kind))));
            Population.Add(new ObservedRun($"resp_{i}", i, isBad, factors));

            string? Value(FactorKind kind)
            {
                if (kind == Kind)
                {
                    return isChanged ? Changed : Usual(kind);
                }

                if (alike.TryGetValue(kind, out var likeness))
                {
                    return _random.NextDouble() < likeness == isChanged ? Changed : Usual(kind);
                }

                if (drift.TryGetValue(kind, out var since) && _random.NextDouble() < Math.Clamp((i - since) / 60.0, 0, 1))
                {
                    return "drifted";
                }

                return _random.NextDouble() < 0.02 ? null : Usual(kind);
            }

            string Usual(FactorKind kind) => $"usual {_random.Next(choices[kind])}";
        }

        Failed = Pick(static value => value == Changed)!;
        FailedWithout = Pick(static value => value != Changed);
    }

    private ObservedRun? Pick(Func<string?, bool> condition)
    {
        var fitting = Population.Where(run => run.IsBad && condition(run.Factors[Kind])).ToList();
        return fitting.Count == 0 ? null : fitting[_random.Next(fitting.Count)];
    }

    private double Between(double least, double most) => least + (_random.NextDouble() * (most - least));
}
