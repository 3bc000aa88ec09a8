using System.ComponentModel.DataAnnotations;
using OrleansAi.Vendors.Drift;
using OrleansAi.Vendors.Embeddings;

namespace OrleansAi.Vendors;

/// <summary>The section <c>OrleansAi:Models:{route}:Candidates:{i}</c>.</summary>
public sealed class CandidateOptions
{
    /// <value>The vendor's configured name. There is no default value.</value>
    [Required]
    public string Vendor { get; set; } = "";

    /// <value>The vendor's name of the model. There is no default value.</value>
    [Required]
    public string Model { get; set; } = "";

    /// <value>True when an answer of any other model than exactly this one breaks the contract. The default value is false.</value>
    public bool Pinned { get; set; }

    /// <value>What a million tokens read cost; null for no price. There is no default value.</value>
    [Range(0, 1_000_000)]
    public decimal? InputPrice { get; set; }

    /// <value>What a million tokens read from the vendor's cache cost. The default value is <see cref="InputPrice"/>.</value>
    [Range(0, 1_000_000)]
    public decimal? CachedInputPrice { get; set; }

    /// <value>What a million tokens written cost; null for no price. There is no default value.</value>
    [Range(0, 1_000_000)]
    public decimal? OutputPrice { get; set; }
}

/// <summary>The section <c>OrleansAi:Models:{route}</c>.</summary>
public sealed class RouteOptions
{
    /// <summary>The default of <see cref="MaxCalls"/>.</summary>
    public const int DefaultMaxCalls = 8;

    /// <summary>The default of <see cref="ReturnAfterSeconds"/>.</summary>
    public const double DefaultReturnAfterSeconds = 30;

    /// <value>What the route leads to, tried in order; at least one.</value>
    public IList<CandidateOptions> Candidates { get; set; } = [];

    /// <value>The route that takes over when the input is longer than the model's context; null for none.</value>
    public string? ContextLengthRoute { get; set; }

    /// <value>The route that takes over when a vendor's policy refuses the input; null for none.</value>
    public string? ContentPolicyRoute { get; set; }

    /// <value>What turns of the route are told out of collections; null for nothing but what they ask for.</value>
    public RouteRetrievalOptions? Retrieval { get; set; }

    /// <value>
    /// The most calls to vendors for one model execution: retries, repairs, hedges and fallbacks together. The default value is 8.
    /// </value>
    [Range(1, 100)]
    public int MaxCalls { get; set; } = DefaultMaxCalls;

    /// <value>
    /// How long a candidate that failed is passed over before one call tries it again, in seconds; it doubles with every try
    /// that fails, up to sixteen times. The default value is 30.
    /// </value>
    [Range(0, 3_600)]
    public double ReturnAfterSeconds { get; set; } = DefaultReturnAfterSeconds;
}

/// <summary>The sections <c>OrleansAi:Vendors</c>, <c>OrleansAi:Models</c> and <c>OrleansAi:Embeddings</c>.</summary>
public sealed class RoutingOptions
{
    /// <value>Vendors by name. The vendor <c>builtin</c> always exists.</value>
    public IDictionary<string, VendorOptions> Vendors { get; set; } =
        new Dictionary<string, VendorOptions>(StringComparer.OrdinalIgnoreCase);

    /// <value>Routes by name. The route <c>default</c> always exists and leads to the built-in model unless configured.</value>
    public IDictionary<string, RouteOptions> Models { get; set; } =
        new Dictionary<string, RouteOptions>(StringComparer.OrdinalIgnoreCase);

    /// <value>
    /// Embedding routes by name. The route <c>default</c> always exists and leads to the built-in embeddings unless configured.
    /// </value>
    public IDictionary<string, EmbeddingRouteOptions> Embeddings { get; set; } =
        new Dictionary<string, EmbeddingRouteOptions>(StringComparer.OrdinalIgnoreCase);

    /// <value>How changes in vendors' answers are found.</value>
    public DriftOptions Drift { get; set; } = new();
}
