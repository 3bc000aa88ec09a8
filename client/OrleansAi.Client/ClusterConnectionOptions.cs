using System.ComponentModel.DataAnnotations;

namespace OrleansAi.Client;

/// <summary>How a cluster client finds its silos. The same keys as the silo's section <c>OrleansAi:Cluster</c>.</summary>
public sealed class ClusterConnectionOptions
{
    /// <value>
    /// The Npgsql connection string of the database that holds the cluster's membership; null to connect to one silo on
    /// this machine. The default value is null.
    /// </value>
    public string? ConnectionString { get; set; }

    /// <value>The gateway port of the silo on this machine. The default value is 30000.</value>
    [Range(1, 65_535)]
    public int GatewayPort { get; set; } = 30_000;

    /// <value>The silos' cluster id. The default value is <c>orleansai</c>.</value>
    [Required]
    public string ClusterId { get; set; } = "orleansai";

    /// <value>The silos' service id. The default value is <c>orleansai</c>.</value>
    [Required]
    public string ServiceId { get; set; } = "orleansai";

    /// <value>How long starting waits for a silo, in seconds. The default value is 30.</value>
    [Range(0, 3_600)]
    public int ConnectSeconds { get; set; } = 30;
}
