using System.ComponentModel.DataAnnotations;

namespace OrleansAi.Silo.Configuration;

/// <summary>The section <c>OrleansAi:Alerts</c>.</summary>
public sealed class AlertOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "OrleansAi:Alerts";

    /// <value>Where every alert is posted as JSON when it is raised and when it ends. There is no default value: nothing is posted.</value>
    [Url]
    public string? WebhookUrl { get; set; }
}
