using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OrleansAi.Contracts.Telemetry;

/// <summary>The one activity source and the one meter of the product. Both name the schema that their names follow.</summary>
public static class TelemetrySources
{
    /// <summary>Where spans come from.</summary>
    public static readonly ActivitySource Activities = new(new ActivitySourceOptions(TelemetryNames.Source)
    {
        TelemetrySchemaUrl = SemanticConventions.SchemaUrl,
    });

    /// <summary>Where metrics come from.</summary>
    public static readonly Meter Meter = new(new MeterOptions(TelemetryNames.Source)
    {
        TelemetrySchemaUrl = SemanticConventions.SchemaUrl,
    });
}
