namespace OrleansAi.Contracts.Telemetry;

/// <summary>Which version of the OpenTelemetry GenAI conventions is spoken: 1.41, or the newest where the standard variable asks for it.</summary>
public static class SemanticConventions
{
    /// <summary>The standard variable; a list with commas.</summary>
    public const string OptIn = "OTEL_SEMCONV_STABILITY_OPT_IN";

    /// <summary>The word in <see cref="OptIn"/> that asks for the newest GenAI conventions.</summary>
    public const string Latest = "gen_ai_latest_experimental";

    /// <summary>True when the newest conventions are asked for.</summary>
    public static bool IsLatest { get; } = AsksForLatest(Environment.GetEnvironmentVariable(OptIn));

    /// <summary>The schema of the names; null for the newest conventions, which have published none under a settled address.</summary>
    public static string? SchemaUrl => IsLatest ? null : "https://opentelemetry.io/schemas/1.41.0";

    /// <summary>Whether a value of <see cref="OptIn"/> asks for the newest GenAI conventions.</summary>
    public static bool AsksForLatest(string? value) =>
        value?.Split(',', StringSplitOptions.TrimEntries).Contains(Latest, StringComparer.Ordinal) == true;
}
