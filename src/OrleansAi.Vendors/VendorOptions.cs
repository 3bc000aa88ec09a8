using System.ComponentModel.DataAnnotations;
using OrleansAi.Vendors.WireContracts;

namespace OrleansAi.Vendors;

/// <summary>The section <c>OrleansAi:Vendors:{name}</c>.</summary>
public sealed class VendorOptions
{
    /// <summary>The default of <see cref="TimeoutSeconds"/>.</summary>
    public const double DefaultTimeoutSeconds = 120;

    /// <summary>The default of <see cref="FirstTokenTimeoutSeconds"/>.</summary>
    public const double DefaultFirstTokenTimeoutSeconds = 30;

    /// <summary>The default of <see cref="StallTimeoutSeconds"/>.</summary>
    public const double DefaultStallTimeoutSeconds = 20;

    /// <summary>The default of <see cref="BreakerFailureRatio"/>.</summary>
    public const double DefaultBreakerFailureRatio = 0.5;

    /// <summary>The default of <see cref="BreakerMinimumCalls"/>.</summary>
    public const int DefaultBreakerMinimumCalls = 10;

    /// <summary>The default of <see cref="BreakerWindowSeconds"/>.</summary>
    public const double DefaultBreakerWindowSeconds = 30;

    /// <summary>The default of <see cref="BreakerOpenSeconds"/>.</summary>
    public const double DefaultBreakerOpenSeconds = 15;

    /// <summary>The default of <see cref="MaxRetries"/>.</summary>
    public const int DefaultMaxRetries = 2;

    /// <summary>The default of <see cref="MaxConcurrency"/>.</summary>
    public const int DefaultMaxConcurrency = 512;

    /// <summary>The default of <see cref="MaxQueue"/>.</summary>
    public const int DefaultMaxQueue = 4_096;

    /// <summary>The default of <see cref="MaxEmbeddingBatch"/>.</summary>
    public const int DefaultMaxEmbeddingBatch = 256;

    /// <summary>The default of <see cref="MaxEmbeddingBatchCharacters"/>.</summary>
    public const int DefaultMaxEmbeddingBatchCharacters = 250_000;

    /// <value>
    /// <c>builtin</c>, <c>openai</c>, <c>openai-responses</c>, <c>azure-openai</c>, <c>anthropic</c>, <c>gemini</c> or
    /// <c>ollama</c>. There is no default value.
    /// </value>
    [Required]
    public string Kind { get; set; } = "";

    /// <value>
    /// The address: up to and with the version for OpenAI (<c>https://api.openai.com/v1</c>), the resource for Azure, the host
    /// for the others. The default value is the vendor's own; <c>azure-openai</c> has none.
    /// </value>
    public string? Endpoint { get; set; }

    /// <value>The key. There is no default value.</value>
    public string? ApiKey { get; set; }

    /// <value>A file that holds the key alone.</value>
    public string? ApiKeyFile { get; set; }

    /// <value>The environment variable that holds the key.</value>
    public string? ApiKeyEnv { get; set; }

    /// <value>The longest time of one attempt in seconds. The default value is 120.</value>
    [Range(0.01, 3_600)]
    public double TimeoutSeconds { get; set; } = DefaultTimeoutSeconds;

    /// <value>The longest wait for the first text of a stream in seconds. The default value is 30.</value>
    [Range(0.01, 3_600)]
    public double FirstTokenTimeoutSeconds { get; set; } = DefaultFirstTokenTimeoutSeconds;

    /// <value>How often a failed attempt is repeated. The default value is 2.</value>
    [Range(0, 10)]
    public int MaxRetries { get; set; } = DefaultMaxRetries;

    /// <value>The most calls under way at once, for each model of this vendor on a silo. The default value is 512.</value>
    [Range(1, 100_000)]
    public int MaxConcurrency { get; set; } = DefaultMaxConcurrency;

    /// <value>The most calls that wait for a place; one more fails with <c>vendor_unavailable</c>. The default value is 4,096.</value>
    [Range(0, 1_000_000)]
    public int MaxQueue { get; set; } = DefaultMaxQueue;

    /// <value>The longest pause inside a stream in seconds. The default value is 20.</value>
    [Range(0.01, 3_600)]
    public double StallTimeoutSeconds { get; set; } = DefaultStallTimeoutSeconds;

    /// <value>The share of failed calls at which the breaker opens. The default value is 0.5.</value>
    [Range(0.01, 1)]
    public double BreakerFailureRatio { get; set; } = DefaultBreakerFailureRatio;

    /// <value>The fewest calls within the window that the breaker judges by. The default value is 10.</value>
    [Range(2, 100_000)]
    public int BreakerMinimumCalls { get; set; } = DefaultBreakerMinimumCalls;

    /// <value>The window that the breaker looks at, in seconds. The default value is 30.</value>
    [Range(0.5, 3_600)]
    public double BreakerWindowSeconds { get; set; } = DefaultBreakerWindowSeconds;

    /// <value>How long the breaker stays open before one call may try again, in seconds. The default value is 15.</value>
    [Range(0.5, 3_600)]
    public double BreakerOpenSeconds { get; set; } = DefaultBreakerOpenSeconds;

    /// <value>
    /// After so many seconds without an answer a second call is made beside the first, and the faster one counts; both are
    /// billed. Calls that stream are never doubled. The default value is 0, which is never.
    /// </value>
    [Range(0, 3_600)]
    public double HedgeAfterSeconds { get; set; }

    /// <value>
    /// What to do when an answer has what the vendor's contract does not know: <c>Tolerate</c> takes it, <c>Quarantine</c> takes
    /// it and prefers other candidates, <c>Fail</c> refuses it. What contradicts the contract is always refused. The default
    /// value is <c>Tolerate</c>.
    /// </value>
    public ContractPolicy ContractPolicy { get; set; }

    /// <value>
    /// The most texts of one call for embeddings; more go in several calls. The default value is 256; Gemini's own limit is 100.
    /// </value>
    [Range(1, 10_000)]
    public int MaxEmbeddingBatch { get; set; } = DefaultMaxEmbeddingBatch;

    /// <value>
    /// The most characters of the texts of one call for embeddings; a text that alone has more goes in a call of its own. The
    /// default value is 250,000.
    /// </value>
    [Range(1, 100_000_000)]
    public int MaxEmbeddingBatchCharacters { get; set; } = DefaultMaxEmbeddingBatchCharacters;

    /// <value>
    /// Whose embedding models these are, in the name by which an index knows its model: vectors of two vendors with the same one, and the same model name,
    /// are compared with each other. The default value is null: the vendor's own name, so that no two vendors are taken for the same.
    /// </value>
    [StringLength(64, MinimumLength = 1)]
    public string? EmbeddingOrigin { get; set; }

    /// <value>The version of Azure's API; empty for the one that has no versions. There is no default value.</value>
    public string? ApiVersion { get; set; }
}
