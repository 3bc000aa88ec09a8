namespace OrleansAi.Contracts.Vendors;

/// <summary>How a model of a vendor does, from best to worst.</summary>
[GenerateSerializer]
[Alias("orleansai.vendor-state")]
public enum VendorState
{
    /// <summary>No call was made yet.</summary>
    Idle,

    /// <summary>Calls succeed.</summary>
    Ok,

    /// <summary>Calls succeed, but something about the answers has changed.</summary>
    Drifting,

    /// <summary>Calls succeed, but the answers have what the contract does not know, and the policy says to keep away.</summary>
    Quarantined,

    /// <summary>Some calls fail.</summary>
    Degraded,

    /// <summary>The vendor wants no calls for a moment.</summary>
    RateLimited,

    /// <summary>Every call fails.</summary>
    Failing,

    /// <summary>The breaker is open: no call is made.</summary>
    Open,
}

/// <summary>What one silo knows of one model of one vendor.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.vendor-report")]
public sealed record VendorReport
{
    /// <summary>What <see cref="Operation"/> is for models that converse.</summary>
    public const string Chat = "chat";

    /// <summary>What <see cref="Operation"/> is for models that make vectors.</summary>
    public const string Embeddings = "embeddings";

    /// <summary>The vendor's configured name.</summary>
    [Id(0)]
    public required string Vendor { get; init; }

    /// <summary>The kind of vendor, as configured.</summary>
    [Id(1)]
    public required string Kind { get; init; }

    /// <summary>The vendor's name of the model.</summary>
    [Id(2)]
    public required string Model { get; init; }

    /// <summary>How it does.</summary>
    [Id(3)]
    public required VendorState State { get; init; }

    /// <summary>Why it does so, in one sentence; null when all is well.</summary>
    [Id(4)]
    public string? Why { get; init; }

    /// <summary>Since when, Unix milliseconds; null when all is well.</summary>
    [Id(5)]
    public long? Since { get; init; }

    /// <summary>What an operator can do; null when there is nothing to do.</summary>
    [Id(6)]
    public string? WhatToDo { get; init; }

    /// <summary>Calls of the last five minutes.</summary>
    [Id(7)]
    public int RecentCalls { get; init; }

    /// <summary>Failures of the last five minutes.</summary>
    [Id(8)]
    public int RecentFailures { get; init; }

    /// <summary>Calls under way.</summary>
    [Id(9)]
    public long UnderWay { get; init; }

    /// <summary>Calls that wait for a place.</summary>
    [Id(10)]
    public long Waiting { get; init; }

    /// <summary>The most calls under way at once.</summary>
    [Id(11)]
    public int MaxConcurrency { get; init; }

    /// <summary>When the last call succeeded, Unix milliseconds.</summary>
    [Id(12)]
    public long? LastSuccessAt { get; init; }

    /// <summary>When the last call failed, Unix milliseconds.</summary>
    [Id(13)]
    public long? LastFailureAt { get; init; }

    /// <summary>What kind of trouble the last failure was.</summary>
    [Id(14)]
    public string? LastFailureCause { get; init; }

    /// <summary>What the last failure was.</summary>
    [Id(15)]
    public string? LastFailureMessage { get; init; }

    /// <summary>Until when routes pass it over, Unix milliseconds; null when they do not.</summary>
    [Id(16)]
    public long? PassedOverUntil { get; init; }

    /// <summary>The routes that lead to it.</summary>
    [Id(17)]
    public IReadOnlyList<string> Routes { get; init; } = [];

    /// <summary>The contract that its answers are held to, with its version; null for none.</summary>
    [Id(18)]
    public string? Contract { get; init; }

    /// <summary>What its answers had that the contract does not know, newest first.</summary>
    [Id(19)]
    public IReadOnlyList<ContractFindingReport> FirstSeen { get; init; } = [];

    /// <summary>What is watched for drift.</summary>
    [Id(20)]
    public IReadOnlyList<SignalReport> Signals { get; init; } = [];

    /// <summary>What the model is called for: <c>chat</c> or <c>embeddings</c>.</summary>
    [Id(21)]
    public string Operation { get; init; } = Chat;
}

/// <summary>Something in a vendor's answers that its contract does not know.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.contract-finding")]
public sealed record ContractFindingReport
{
    /// <summary>What it is, for example <c>unknown_field</c>.</summary>
    [Id(0)]
    public required string Kind { get; init; }

    /// <summary>Where it stands, as a JSON path.</summary>
    [Id(1)]
    public required string Path { get; init; }

    /// <summary>A short sample of it.</summary>
    [Id(2)]
    public string? Sample { get; init; }

    /// <summary>When it was first seen, Unix milliseconds.</summary>
    [Id(3)]
    public required long FirstSeenAt { get; init; }

    /// <summary>How often it was seen.</summary>
    [Id(4)]
    public required long Count { get; init; }

    /// <summary>Runs in which it was seen.</summary>
    [Id(5)]
    public IReadOnlyList<string> Runs { get; init; } = [];
}

/// <summary>A running signal of a vendor's answers.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.signal-report")]
public sealed record SignalReport
{
    /// <summary>The signal.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>What is usual; null while that is learned.</summary>
    [Id(1)]
    public double? Baseline { get; init; }

    /// <summary>What the last answers had.</summary>
    [Id(2)]
    public double? Recent { get; init; }

    /// <summary>How many answers were seen.</summary>
    [Id(3)]
    public long Count { get; init; }

    /// <summary>For example <c>learning</c>, <c>steady</c> or <c>alarm</c>.</summary>
    [Id(4)]
    public required string State { get; init; }
}
