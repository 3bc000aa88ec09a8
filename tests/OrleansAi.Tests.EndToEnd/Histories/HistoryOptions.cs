using System.Globalization;

namespace OrleansAi.Tests.EndToEnd.Histories;

/// <summary>The size of a run.</summary>
internal sealed record HistoryOptions
{
    /// <summary>The number that all random decisions follow from.</summary>
    public required int Seed { get; init; }

    /// <summary>How many silos.</summary>
    public int Silos { get; init; } = 3;

    /// <summary>How many operations at least.</summary>
    public int Operations { get; init; } = 2_000;

    /// <summary>How many collections.</summary>
    public int Collections { get; init; } = 4;

    /// <summary>How many writers a collection has.</summary>
    public int Writers { get; init; } = 2;

    /// <summary>How many readers a collection has.</summary>
    public int Readers { get; init; } = 3;

    /// <summary>How many documents a writer has.</summary>
    public int Documents { get; init; } = 6;

    /// <summary>The size that is asked for with <c>ORLEANSAI_HISTORY_OPERATIONS</c> and <c>ORLEANSAI_HISTORY_SEED</c>, or a small one.</summary>
    public static HistoryOptions FromEnvironment() => new()
    {
        Seed = Number("ORLEANSAI_HISTORY_SEED") ?? Environment.TickCount,
        Operations = Number("ORLEANSAI_HISTORY_OPERATIONS") ?? 2_000,
    };

    private static int? Number(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
