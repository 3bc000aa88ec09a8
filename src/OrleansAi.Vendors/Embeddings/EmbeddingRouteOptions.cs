using System.ComponentModel.DataAnnotations;

namespace OrleansAi.Vendors.Embeddings;

/// <summary>The section <c>OrleansAi:Embeddings:{route}</c>.</summary>
public sealed class EmbeddingRouteOptions
{
    /// <summary>The default of <see cref="MaxCalls"/>.</summary>
    public const int DefaultMaxCalls = 4;

    /// <summary>The default of <see cref="ReturnAfterSeconds"/>.</summary>
    public const double DefaultReturnAfterSeconds = 30;

    /// <value>
    /// What the route leads to, tried in order; at least one. All should be the same model: vectors of different models say nothing
    /// about each other.
    /// </value>
    public IList<CandidateOptions> Candidates { get; set; } = [];

    /// <value>
    /// The most calls to vendors for one batch of texts, retries and fallbacks together. The default value is 4.
    /// </value>
    [Range(1, 100)]
    public int MaxCalls { get; set; } = DefaultMaxCalls;

    /// <value>
    /// How long a candidate that failed is passed over before one request tries it again, in seconds; it doubles with every try
    /// that fails, up to sixteen times. The default value is 30.
    /// </value>
    [Range(0, 3_600)]
    public double ReturnAfterSeconds { get; set; } = DefaultReturnAfterSeconds;
}
