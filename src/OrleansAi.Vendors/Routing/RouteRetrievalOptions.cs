using System.ComponentModel.DataAnnotations;
using OrleansAi.Contracts.Retrieval;

namespace OrleansAi.Vendors;

/// <summary>The section <c>OrleansAi:Models:{route}:Retrieval</c>.</summary>
public sealed class RouteRetrievalOptions
{
    /// <value>
    /// The ids of the collections that every turn of the route is told out of, each in the tenant of the turn. Empty, the default value,
    /// tells a turn only what it asks for with <c>file_search</c>.
    /// </value>
    [MaxLength(8)]
    public IList<string> Collections { get; set; } = [];

    /// <value>The most passages of a turn that does not ask for a number. The default value is 8.</value>
    [Range(1, 50)]
    public int MaxResults { get; set; } = RouteRetrieval.DefaultMaxResults;

    /// <value>The least score of a passage, from 0 to 1. The default value is 0.</value>
    [Range(0, 1)]
    public double ScoreThreshold { get; set; }

    /// <value>The most tokens of all passages of a turn together; the worst are left out first. The default value is 8,000.</value>
    [Range(100, 1_000_000)]
    public int MaxTokens { get; set; } = RouteRetrieval.DefaultMaxTokens;

    /// <value>
    /// True to offer the model no tools in a turn whose context holds passages, so that whoever wrote them cannot act through it. The
    /// default value is false.
    /// </value>
    public bool DenyTools { get; set; }

    internal RouteRetrieval ToRetrieval() => new()
    {
        Collections = [.. Collections],
        MaxResults = MaxResults,
        ScoreThreshold = (float)ScoreThreshold,
        MaxTokens = MaxTokens,
        DeniesTools = DenyTools,
    };
}
