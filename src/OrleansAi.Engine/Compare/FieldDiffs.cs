using System.Globalization;
using OrleansAi.Contracts.Comparison;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Engine.Compare;

/// <summary>The values in which a stage of two runs differs, gathered one by one.</summary>
internal sealed class FieldDiffs
{
    private readonly List<FieldDiff> _all = [];

    /// <summary>Those that differ.</summary>
    public IReadOnlyList<FieldDiff> All => _all;

    /// <summary>Adds a value where it differs.</summary>
    public void Add<T>(string field, T? a, T? b, bool isMeasure = false)
    {
        var (toldA, toldB) = (Tell(a), Tell(b));
        if (toldA != toldB)
        {
            _all.Add(new FieldDiff { Field = field, A = toldA, B = toldB, IsMeasure = isMeasure });
        }
    }

    /// <summary>Adds the factors that are decided in a stage, where they differ.</summary>
    public void AddFactors(ComparedSide a, ComparedSide b, Stage stage, ReadOnlySpan<FactorKind> except)
    {
        foreach (var known in FactorKinds.All)
        {
            if (known.Stage == stage && !except.Contains(known.Kind))
            {
                Add(known.Name, a.Factors[known.Kind], b.Factors[known.Kind]);
            }
        }
    }

    private static string? Tell<T>(T? value) => value switch
    {
        null => null,
        Enum name => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name.ToString()),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
