namespace OrleansAi.Contracts.Runs;

/// <summary>One call to a vendor.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orleansai.vendor-attempt")]
public sealed record VendorAttempt
{
    /// <summary>The vendor's configured name.</summary>
    [Id(0)]
    public required string Vendor { get; init; }

    /// <summary>The model that was asked for.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>How it ended: <c>ok</c> or an error code.</summary>
    [Id(2)]
    public required string Outcome { get; init; }

    /// <summary>How long it took, milliseconds.</summary>
    [Id(3)]
    public required long LatencyMilliseconds { get; init; }

    /// <summary>What went wrong, safe to show.</summary>
    [Id(4)]
    public string? Message { get; init; }

    /// <summary>The vendor's HTTP status, if it answered.</summary>
    [Id(5)]
    public int? HttpStatus { get; init; }

    /// <summary>Whether the vendor bills it.</summary>
    [Id(6)]
    public BillingCertainty Billing { get; init; }

    /// <summary>Tokens that the vendor says it billed; null when it did not say.</summary>
    [Id(7)]
    public Usage? Usage { get; init; }

    /// <summary>What kind of trouble it was, for example <c>stall</c> or <c>rate_limited</c>; null for none.</summary>
    [Id(8)]
    public string? Cause { get; init; }

    /// <summary>How long the first piece of the answer took, milliseconds; null when none came or none was waited for.</summary>
    [Id(9)]
    public long? FirstTokenMilliseconds { get; init; }

    /// <summary>True when the call was made beside another that was slow.</summary>
    [Id(10)]
    public bool IsHedge { get; init; }

    /// <summary>How the raw answer stands to the vendor's contract: <c>exact</c>, <c>additive</c> or <c>breaking</c>; null when none came.</summary>
    [Id(11)]
    public string? Contract { get; init; }

    /// <summary>SHA-256 of the request's bytes, lower-case hexadecimal; null when nothing was sent.</summary>
    [Id(12)]
    public string? RequestHash { get; init; }

    /// <summary>SHA-256 of the answer's bytes, lower-case hexadecimal; null when nothing came.</summary>
    [Id(13)]
    public string? ResponseHash { get; init; }

    /// <summary>Where the answer's bytes are kept: the hash of their Brotli-compressed form; null when they are not.</summary>
    [Id(14)]
    public string? ResponseContent { get; init; }

    /// <summary>The contract that the raw answer was held to, with its version, for example <c>openai.chat.1</c>; null for none.</summary>
    [Id(15)]
    public string? ContractVersion { get; init; }

    /// <summary>What the call cost, in the currency of the configured prices; null without a price or without usage.</summary>
    [Id(16)]
    public decimal? Cost { get; init; }

    /// <summary>Why the call was made: <c>first</c>, <c>retry</c>, <c>repair</c>, <c>hedge</c> or <c>fallback</c>.</summary>
    [Id(17)]
    public string Reason { get; init; } = "first";
}

/// <summary>Whether a vendor bills a call. The numbers are stored: never change one.</summary>
[GenerateSerializer]
[Alias("orleansai.billing-certainty")]
public enum BillingCertainty
{
    /// <summary>It does: a whole answer came.</summary>
    Billed = 0,

    /// <summary>It may: the call was under way when it broke.</summary>
    Maybe = 1,

    /// <summary>It does not: nothing was sent, or the vendor refused the work.</summary>
    NotBilled = 2,
}
