using System.Collections.Frozen;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Contracts.Comparison;

/// <summary>A kind of factor, described.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">How it is called. Shown: never change one.</param>
/// <param name="Stage">The stage that it is decided in.</param>
/// <param name="IsGiven">
/// True for what stood fast before a vendor was called; false for what came about while the run was carried out, which may be
/// the failure itself seen from another side.
/// </param>
public sealed record FactorDescription(FactorKind Kind, string Name, Stage Stage, bool IsGiven);

/// <summary>The kinds of factors, described.</summary>
public static class FactorKinds
{
    /// <summary>All kinds, causes before what they may bring about.</summary>
    public static readonly IReadOnlyList<FactorDescription> All =
    [
        new(FactorKind.Build, "build", Stage.Admission, IsGiven: true),
        new(FactorKind.Configuration, "configuration", Stage.Admission, IsGiven: true),
        new(FactorKind.Silo, "silo", Stage.PromptAssembly, IsGiven: true),
        new(FactorKind.Api, "api", Stage.Admission, IsGiven: true),
        new(FactorKind.Fork, "fork", Stage.Admission, IsGiven: true),
        new(FactorKind.Route, "route", Stage.Admission, IsGiven: true),
        new(FactorKind.RequestedModel, "requested_model", Stage.PromptAssembly, IsGiven: true),
        new(FactorKind.Instructions, "instructions", Stage.Admission, IsGiven: true),
        new(FactorKind.Temperature, "temperature", Stage.Admission, IsGiven: true),
        new(FactorKind.TopP, "top_p", Stage.Admission, IsGiven: true),
        new(FactorKind.MaxOutputTokens, "max_output_tokens", Stage.Admission, IsGiven: true),
        new(FactorKind.Penalties, "penalties", Stage.Admission, IsGiven: true),
        new(FactorKind.Stop, "stop", Stage.Admission, IsGiven: true),
        new(FactorKind.Seed, "seed", Stage.Admission, IsGiven: true),
        new(FactorKind.Tools, "tools", Stage.Admission, IsGiven: true),
        new(FactorKind.ToolChoice, "tool_choice", Stage.Admission, IsGiven: true),
        new(FactorKind.OutputFormat, "output_format", Stage.Admission, IsGiven: true),
        new(FactorKind.Reasoning, "reasoning", Stage.Admission, IsGiven: true),
        new(FactorKind.Verbosity, "verbosity", Stage.Admission, IsGiven: true),
        new(FactorKind.Stream, "stream", Stage.Admission, IsGiven: true),
        new(FactorKind.Background, "background", Stage.Admission, IsGiven: true),
        new(FactorKind.InputKind, "input_kind", Stage.Admission, IsGiven: true),
        new(FactorKind.InputLength, "input_length", Stage.Admission, IsGiven: true),
        new(FactorKind.HistoryLength, "history_length", Stage.PromptAssembly, IsGiven: true),
        new(FactorKind.Collections, "collections", Stage.Retrieval, IsGiven: true),
        new(FactorKind.Recoveries, "recoveries", Stage.Completion, IsGiven: false),
        new(FactorKind.Fallback, "fallback", Stage.ModelExecution, IsGiven: false),
        new(FactorKind.AnsweringVendor, "answering_vendor", Stage.ModelExecution, IsGiven: false),
        new(FactorKind.ServedModel, "served_model", Stage.ModelExecution, IsGiven: false),
        new(FactorKind.Fingerprint, "fingerprint", Stage.ModelExecution, IsGiven: false),
        new(FactorKind.Contract, "contract", Stage.ModelExecution, IsGiven: false),
        new(FactorKind.Attempts, "attempts", Stage.ModelExecution, IsGiven: false),
    ];

    private static readonly FrozenDictionary<FactorKind, FactorDescription> ByKind = All.ToFrozenDictionary(static one => one.Kind);

    /// <summary>A kind's description.</summary>
    public static FactorDescription Of(FactorKind kind) => ByKind[kind];
}
