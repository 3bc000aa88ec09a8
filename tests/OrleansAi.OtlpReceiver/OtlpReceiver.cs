using System.Collections.Concurrent;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansAi.OtlpReceiver.Messages;

namespace OrleansAi.OtlpReceiver;

/// <summary>
/// An OTLP receiver on a socket: HTTP with protobuf, read with the messages of otlp.proto. What is not OTLP is answered as the protocol says
/// and kept in <see cref="Faults"/>.
/// </summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private const string Protobuf = "application/x-protobuf";
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app)
    {
        _app = app;
        app.MapPost("/v1/traces", context => TakeAsync(context, ExportTraceServiceRequest.Parser, new ExportTraceServiceResponse(), Take));
        app.MapPost("/v1/metrics", context => TakeAsync(context, ExportMetricsServiceRequest.Parser, new ExportMetricsServiceResponse(), Take));
        app.MapPost("/v1/logs", context => TakeAsync(context, ExportLogsServiceRequest.Parser, new ExportLogsServiceResponse(), Take));
        app.MapFallback(context =>
        {
            Faults.Enqueue($"{context.Request.Method} {context.Request.Path} is no path of OTLP.");
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    /// <summary>Spans, in the order of their arrival.</summary>
    public ConcurrentQueue<ReceivedSpan> Spans { get; } = new();

    /// <summary>Metrics, each export of each.</summary>
    public ConcurrentQueue<ReceivedMetric> Metrics { get; } = new();

    /// <summary>Log records.</summary>
    public ConcurrentQueue<ReceivedLog> Logs { get; } = new();

    /// <summary>What was sent and is not OTLP.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>Where it listens.</summary>
    public string Endpoint => _app.Urls.First();

    /// <summary>The variables that make a program export to it, soon.</summary>
    public (string Key, string Value)[] Variables =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", Endpoint),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
        ("OTEL_BLRP_SCHEDULE_DELAY", "100"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
    ];

    /// <summary>Starts a receiver on a free port.</summary>
    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(builder.Build());
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync<T>(HttpContext context, MessageParser<T> parser, IMessage answer, Action<T> take)
        where T : IMessage<T>
    {
        if (context.Request.ContentType?.Split(';')[0].Trim() != Protobuf)
        {
            Faults.Enqueue($"{context.Request.Path} came as '{context.Request.ContentType}'.");
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        try
        {
            var message = parser.ParseFrom(body.ToArray());
            if (message.CalculateSize() != parser.WithDiscardUnknownFields(true).ParseFrom(body.ToArray()).CalculateSize())
            {
                Faults.Enqueue($"{context.Request.Path} has fields that OTLP does not know.");
            }

            take(message);
        }
        catch (InvalidProtocolBufferException exception)
        {
            Faults.Enqueue($"{context.Request.Path} is no {typeof(T).Name}: {exception.Message}");
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        context.Response.ContentType = Protobuf;
        await context.Response.Body.WriteAsync(answer.ToByteArray());
    }

    private void Take(ExportTraceServiceRequest request)
    {
        foreach (var resource in request.ResourceSpans)
        {
            foreach (var scope in resource.ScopeSpans)
            {
                foreach (var span in scope.Spans)
                {
                    Spans.Enqueue(new ReceivedSpan(resource.Resource, scope.Scope, scope.SchemaUrl, span));
                }
            }
        }
    }

    private void Take(ExportMetricsServiceRequest request)
    {
        foreach (var resource in request.ResourceMetrics)
        {
            foreach (var scope in resource.ScopeMetrics)
            {
                foreach (var metric in scope.Metrics)
                {
                    Metrics.Enqueue(new ReceivedMetric(resource.Resource, scope.Scope, scope.SchemaUrl, metric));
                }
            }
        }
    }

    private void Take(ExportLogsServiceRequest request)
    {
        foreach (var resource in request.ResourceLogs)
        {
            foreach (var scope in resource.ScopeLogs)
            {
                foreach (var record in scope.LogRecords)
                {
                    Logs.Enqueue(new ReceivedLog(resource.Resource, scope.Scope, record));
                }
            }
        }
    }
}
