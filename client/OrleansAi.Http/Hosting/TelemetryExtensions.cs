using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OrleansAi.Contracts.Telemetry;

namespace OrleansAi.Http;

/// <summary>Switches telemetry on.</summary>
public static class TelemetryExtensions
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// Exports traces, metrics and logs by OTLP when one of OpenTelemetry's standard variables names an endpoint
    /// (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c> or one of its per-signal forms); otherwise nothing is collected.
    /// </summary>
    /// <param name="builder">The host.</param>
    /// <param name="serviceName">The service's name unless <c>OTEL_SERVICE_NAME</c> gives one.</param>
    public static WebApplicationBuilder AddOrleansAiTelemetry(this WebApplicationBuilder builder, string serviceName)
    {
        var (configuration, traces) = (builder.Configuration, ExportsTraces(builder.Configuration));
        var metrics = IsSet(configuration, Endpoint) || IsSet(configuration, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT");
        var logs = IsSet(configuration, Endpoint) || IsSet(configuration, "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT");
        builder.Logging.AddFilter(TelemetryNames.Events, LogLevel.None);
        if (!traces && !metrics && !logs)
        {
            return builder;
        }

        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(serviceName).AddEnvironmentVariableDetector());
        if (traces)
        {
            telemetry.WithTracing(static tracing => tracing
                .AddSource(TelemetryNames.Source, "Microsoft.Orleans.Runtime", "Microsoft.Orleans.Application", "Npgsql")
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddOtlpExporter());
        }

        if (metrics)
        {
            telemetry.WithMetrics(static metering => metering
                .AddMeter(TelemetryNames.Source, "Microsoft.Orleans", "Npgsql")
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .SetExemplarFilter(ExemplarFilterType.TraceBased)
                .AddOtlpExporter());
        }

        if (logs)
        {
            builder.Logging.AddFilter<OpenTelemetryLoggerProvider>(TelemetryNames.Events, LogLevel.Information);
            telemetry.WithLogging(static logging => logging.AddOtlpExporter(), static options => options.IncludeScopes = true);
        }

        return builder;
    }

    /// <summary>True when traces are exported. Carrying them from grain to grain costs every call, so nobody does it in vain.</summary>
    public static bool ExportsTraces(IConfiguration configuration) =>
        IsSet(configuration, Endpoint) || IsSet(configuration, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");

    private static bool IsSet(IConfiguration configuration, string variable) => !string.IsNullOrEmpty(configuration[variable]);
}
