using System.Collections.Frozen;

namespace OrleansAi.Contracts.Comparison;

/// <summary>A kind of factor, described.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">How it is called. Shown: never change one.</param>
/// <param name="IsGiven">
/// True for what stood fast before a vendor was called; false for what came about while the run was carried out, which may be
/// the failure itself seen from another side.
/// </param>
public sealed record FactorDescription(FactorKind Kind, string Name, bool IsGiven);

/// <summary>The kinds of factors, described.</summary>
public static class FactorKinds
{
    /// <summary>All kinds, causes before what they may bring about.</summary>
    public static readonly IReadOnlyList<FactorDescription> All =
    [
        new(FactorKind.Silo, "silo", IsGiven: true),
        new(FactorKind.Api, "api", IsGiven: true),
        new(FactorKind.Route, "route", IsGiven: true),
        new(FactorKind.RequestedModel, "requested_model", IsGiven: true),
        new(FactorKind.Instructions, "instructions", IsGiven: true),
        new(FactorKind.Temperature, "temperature", IsGiven: true),
        new(FactorKind.TopP, "top_p", IsGiven: true),
        new(FactorKind.MaxOutputTokens, "max_output_tokens", IsGiven: true),
        new(FactorKind.Penalties, "penalties", IsGiven: true),
        new(FactorKind.Stop, "stop", IsGiven: true),
        new(FactorKind.Seed, "seed", IsGiven: true),
        new(FactorKind.Tools, "tools", IsGiven: true),
        new(FactorKind.ToolChoice, "tool_choice", IsGiven: true),
        new(FactorKind.OutputFormat, "output_format", IsGiven: true),
        new(FactorKind.Reasoning, "reasoning", IsGiven: true),
        new(FactorKind.Verbosity, "verbosity", IsGiven: true),
        new(FactorKind.Stream, "stream", IsGiven: true),
        new(FactorKind.Background, "background", IsGiven: true),
        new(FactorKind.InputKind, "input_kind", IsGiven: true),
        new(FactorKind.InputLength, "input_length", IsGiven: true),
        new(FactorKind.HistoryLength, "history_length", IsGiven: true),
        new(FactorKind.Recoveries, "recoveries", IsGiven: false),
        new(FactorKind.Fallback, "fallback", IsGiven: false),
        new(FactorKind.AnsweringVendor, "answering_vendor", IsGiven: false),
        new(FactorKind.ServedModel, "served_model", IsGiven: false),
        new(FactorKind.Fingerprint, "fingerprint", IsGiven: false),
        new(FactorKind.Contract, "contract", IsGiven: false),
        new(FactorKind.Attempts, "attempts", IsGiven: false),
    ];

    private static readonly FrozenDictionary<FactorKind, FactorDescription> ByKind = All.ToFrozenDictionary(static one => one.Kind);

    /// <summary>A kind's description.</summary>
    public static FactorDescription Of(FactorKind kind) => ByKind[kind];
}
