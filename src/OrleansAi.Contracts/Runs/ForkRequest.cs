namespace OrleansAi.Contracts.Runs;

/// <summary>How a fork differs from its origin. A null is taken from there.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.fork-request")]
public sealed record ForkRequest
{
    /// <summary>The first step that is carried out anew, from 0; the default value is 1, prompt assembly.</summary>
    [Id(0)]
    public int From { get; init; } = 1;

    /// <summary>Another route.</summary>
    [Id(1)]
    public string? Model { get; init; }

    /// <summary>Other instructions; null for none, where <see cref="OverridesInstructions"/> is true.</summary>
    [Id(2)]
    public string? Instructions { get; init; }

    /// <summary>True when <see cref="Instructions"/> replaces those of the origin.</summary>
    [Id(3)]
    public bool OverridesInstructions { get; init; }

    /// <summary>Other knobs of the model call.</summary>
    [Id(4)]
    public Sampling Sampling { get; init; } = new();

    /// <summary>How much the model shall think.</summary>
    [Id(5)]
    public string? ReasoningEffort { get; init; }

    /// <summary>How wordy the answer shall be.</summary>
    [Id(6)]
    public string? Verbosity { get; init; }

    /// <summary>Outputs of steps, given by hand.</summary>
    [Id(7)]
    public IReadOnlyList<GivenStep> Outputs { get; init; } = [];

    /// <summary>What happens to calls of functions.</summary>
    [Id(8)]
    public ForkTools Tools { get; init; }

    /// <summary>Outputs of functions that are given by hand, taken before the recorded ones.</summary>
    [Id(9)]
    public IReadOnlyList<ToolAnswer> ToolOutputs { get; init; } = [];

    /// <summary>How many forks are made at once; at least 1.</summary>
    [Id(10)]
    public int Count { get; init; } = 1;

    /// <summary>The caller's idempotency key.</summary>
    [Id(11)]
    public string? IdempotencyKey { get; init; }

    /// <summary>SHA-256 of the request that came with the key, in lower-case hexadecimal.</summary>
    [Id(12)]
    public string? RequestHash { get; init; }

    /// <summary>Other versions of the collections that the origin searched, by collection; null for what was found then.</summary>
    [Id(13)]
    public IReadOnlyDictionary<string, long>? CollectionVersions { get; init; }

    /// <summary>The same for an origin that searched one collection; null where it is told by <see cref="CollectionVersions"/>, or not at all.</summary>
    [Id(14)]
    public long? CollectionVersion { get; init; }

    /// <summary>True when another version is asked for.</summary>
    public bool OverridesVersions => CollectionVersions is not null || CollectionVersion is not null;

    /// <summary>The key of one of several forks; no caller's key can have the separator, which is a control character.</summary>
    /// <param name="index">Its place, from 0.</param>
    public string? KeyOf(int index) => index == 0 || IdempotencyKey is null ? IdempotencyKey : $"{IdempotencyKey}\u001f{index}";
}
