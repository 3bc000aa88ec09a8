using System.ComponentModel.DataAnnotations;

namespace OrleansAi.Vendors;

/// <summary>How a vendor is spoken to.</summary>
public enum VendorKind
{
    /// <summary>The model in this process: it needs no network and answers from the conversation alone.</summary>
    Builtin,

    /// <summary>OpenAI's chat completions, or anything that speaks them.</summary>
    OpenAi,
}

/// <summary>The section <c>OrleansAi:Vendors:{name}</c>.</summary>
public sealed class VendorOptions
{
    /// <summary>The default of <see cref="TimeoutSeconds"/>.</summary>
    public const double DefaultTimeoutSeconds = 120;

    /// <summary>The default of <see cref="FirstTokenTimeoutSeconds"/>.</summary>
    public const double DefaultFirstTokenTimeoutSeconds = 30;

    /// <summary>The default of <see cref="MaxRetries"/>.</summary>
    public const int DefaultMaxRetries = 2;

    /// <summary>The default of <see cref="MaxConcurrency"/>.</summary>
    public const int DefaultMaxConcurrency = 512;

    /// <summary>The default of <see cref="MaxQueue"/>.</summary>
    public const int DefaultMaxQueue = 4_096;

    /// <value><c>builtin</c> or <c>openai</c>. There is no default value.</value>
    [Required]
    public string Kind { get; set; } = "";

    /// <value>The address up to and with the version, for example <c>https://api.openai.com/v1</c>, which is the default value.</value>
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
}

/// <summary>The section <c>OrleansAi:Models:{route}:Candidates:{i}</c>.</summary>
public sealed class CandidateOptions
{
    /// <value>The vendor's configured name. There is no default value.</value>
    [Required]
    public string Vendor { get; set; } = "";

    /// <value>The vendor's name of the model. There is no default value.</value>
    [Required]
    public string Model { get; set; } = "";
}

/// <summary>The section <c>OrleansAi:Models:{route}</c>.</summary>
public sealed class RouteOptions
{
    /// <value>What the route leads to; at least one.</value>
    public IList<CandidateOptions> Candidates { get; set; } = [];
}

/// <summary>The sections <c>OrleansAi:Vendors</c> and <c>OrleansAi:Models</c>.</summary>
public sealed class RoutingOptions
{
    /// <value>Vendors by name. The vendor <c>builtin</c> always exists.</value>
    public IDictionary<string, VendorOptions> Vendors { get; set; } =
        new Dictionary<string, VendorOptions>(StringComparer.OrdinalIgnoreCase);

    /// <value>Routes by name. The route <c>default</c> always exists and leads to the built-in model unless configured.</value>
    public IDictionary<string, RouteOptions> Models { get; set; } =
        new Dictionary<string, RouteOptions>(StringComparer.OrdinalIgnoreCase);
}
