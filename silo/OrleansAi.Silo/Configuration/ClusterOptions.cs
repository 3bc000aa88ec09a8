using System.ComponentModel.DataAnnotations;

namespace OrleansAi.Silo.Configuration;

/// <summary>How silos find each other.</summary>
internal enum ClusterMode
{
    /// <summary>One silo, alone.</summary>
    Single,

    /// <summary>Membership in the PostgreSQL database of the storage.</summary>
    PostgreSql,
}

/// <summary>The section <c>OrleansAi:Cluster</c>.</summary>
internal sealed class ClusterSettings
{
    public const string Section = "OrleansAi:Cluster";

    /// <value>The default value is <see cref="ClusterMode.Single"/>.</value>
    public ClusterMode Mode { get; set; } = ClusterMode.Single;

    /// <value>The port on which silos talk to each other. The default value is 11111.</value>
    [Range(1, 65_535)]
    public int SiloPort { get; set; } = 11_111;

    /// <value>The port on which cluster clients connect. The default value is 30000.</value>
    [Range(1, 65_535)]
    public int GatewayPort { get; set; } = 30_000;

    /// <value>The address that other silos and clients reach this one at. The default value is <c>127.0.0.1</c>.</value>
    [Required]
    public string AdvertisedAddress { get; set; } = "127.0.0.1";

    /// <value>
    /// How long a silo waits for another one's sign of life, in seconds. One whose process has ended is declared dead after about three
    /// times that, and one that hangs after about twelve times. The default value is 5.
    /// </value>
    [Range(1, 60)]
    public int ProbeSeconds { get; set; } = 5;

    /// <value>Silos with the same value form one cluster. The default value is <c>orleansai</c>.</value>
    [Required]
    public string ClusterId { get; set; } = "orleansai";

    /// <value>Stays the same for the life of the stored data. The default value is <c>orleansai</c>.</value>
    [Required]
    public string ServiceId { get; set; } = "orleansai";
}
