using System.Text.Json.Serialization;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Engine.Records;

/// <summary>One call to a vendor inside a record. What is as usual is left out.</summary>
public sealed record AttemptBody
{
    private const string Ok = "ok";

    /// <summary>The vendor; null for the one that prompt assembly chose.</summary>
    [JsonPropertyName("v")]
    public string? Vendor { get; init; }

    /// <summary>The model; null for the one that prompt assembly chose.</summary>
    [JsonPropertyName("m")]
    public string? Model { get; init; }

    /// <summary>How it ended; null for <c>ok</c>.</summary>
    [JsonPropertyName("o")]
    public string? Outcome { get; init; }

    /// <summary>What kind of trouble it was.</summary>
    [JsonPropertyName("c")]
    public string? Cause { get; init; }

    /// <summary>What went wrong.</summary>
    [JsonPropertyName("msg")]
    public string? Message { get; init; }

    /// <summary>The vendor's HTTP status.</summary>
    [JsonPropertyName("http")]
    public int? HttpStatus { get; init; }

    /// <summary>How long it took, milliseconds.</summary>
    [JsonPropertyName("ms")]
    public long LatencyMilliseconds { get; init; }

    /// <summary>How long the first piece took, milliseconds.</summary>
    [JsonPropertyName("ft")]
    public long? FirstTokenMilliseconds { get; init; }

    /// <summary>Whether it is billed.</summary>
    [JsonPropertyName("b")]
    public BillingCertainty Billing { get; init; }

    /// <summary>Tokens billed, of an attempt whose answer does not count; the step has those of the one that does.</summary>
    [JsonPropertyName("u")]
    public Usage? Usage { get; init; }

    /// <summary>True when it was made beside a slow one.</summary>
    [JsonPropertyName("hedge")]
    public bool IsHedge { get; init; }

    /// <summary>How the raw answer stands to its contract; null for <c>exact</c> and for none.</summary>
    [JsonPropertyName("k")]
    public string? Contract { get; init; }

    /// <summary>The contract that the raw answer was held to, with its version.</summary>
    [JsonPropertyName("kv")]
    public string? ContractVersion { get; init; }

    /// <summary>What the call cost by the prices that were configured then.</summary>
    [JsonPropertyName("$")]
    public decimal? Cost { get; init; }

    /// <summary>SHA-256 of the request's bytes, base 64.</summary>
    [JsonPropertyName("rq")]
    public string? RequestHash { get; init; }

    /// <summary>SHA-256 of the answer's bytes, base 64.</summary>
    [JsonPropertyName("rs")]
    public string? ResponseHash { get; init; }

    /// <summary>
    /// Where a record of an earlier build keeps the answer's bytes, Brotli-compressed and in the clear: SHA-256 of that form, base 64.
    /// </summary>
    [JsonPropertyName("rc")]
    public string? ResponseContent { get; init; }

    /// <summary>The answer's bytes, Brotli-compressed; sealed apart from what is said here.</summary>
    [JsonIgnore]
    public StoredBytes? Response { get; init; }

    /// <summary>Makes an attempt ready to be stored.</summary>
    public static AttemptBody Of(VendorAttempt attempt, string vendor, string model, byte[]? response) => new()
    {
        Vendor = attempt.Vendor == vendor ? null : attempt.Vendor,
        Model = attempt.Model == model ? null : attempt.Model,
        Outcome = attempt.Outcome == Ok ? null : attempt.Outcome,
        Cause = attempt.Cause,
        Message = attempt.Message,
        HttpStatus = attempt.HttpStatus,
        LatencyMilliseconds = attempt.LatencyMilliseconds,
        FirstTokenMilliseconds = attempt.FirstTokenMilliseconds,
        Billing = attempt.Billing,
        Usage = attempt.Outcome == Ok ? null : attempt.Usage,
        IsHedge = attempt.IsHedge,
        Contract = attempt.Contract == "exact" ? null : attempt.Contract,
        ContractVersion = attempt.ContractVersion,
        Cost = attempt.Cost,
        RequestHash = Base64(attempt.RequestHash),
        ResponseHash = Base64(attempt.ResponseHash),
        Response = response is null ? null : new StoredBytes { Inline = response },
    };

    /// <summary>The attempt as its reader sees it.</summary>
    public VendorAttempt ToAttempt(string vendor, string model, Usage? usage) => new()
    {
        Vendor = Vendor ?? vendor,
        Model = Model ?? model,
        Outcome = Outcome ?? Ok,
        Cause = Cause,
        Message = Message,
        HttpStatus = HttpStatus,
        LatencyMilliseconds = LatencyMilliseconds,
        FirstTokenMilliseconds = FirstTokenMilliseconds,
        Billing = Billing,
        Usage = Outcome is null ? usage : Usage,
        IsHedge = IsHedge,
        Contract = Contract ?? (Outcome is null && ResponseHash is not null ? "exact" : null),
        ContractVersion = ContractVersion,
        Cost = Cost,
        RequestHash = Hex(RequestHash),
        ResponseHash = Hex(ResponseHash),
        ResponseContent = Response?.Hash ?? Hex(ResponseContent),
    };

    internal AttemptBody WithoutContent() => this with { Message = null, Response = null };

    internal AttemptBody With(string? message, StoredBytes? response) => this with { Message = message, Response = response };

    private static string? Base64(string? hex) => hex is null ? null : Convert.ToBase64String(Convert.FromHexString(hex));

    private static string? Hex(string? base64) => base64 is null ? null : Convert.ToHexStringLower(Convert.FromBase64String(base64));
}
