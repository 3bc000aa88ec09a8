using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>A span as the collector got it.</summary>
internal sealed record CollectedSpan(string Trace, string Id, string Parent, string Name, string Scope);

/// <summary>An OpenTelemetry collector on a socket: takes OTLP over HTTP and reads the spans out of it.</summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TraceCollector(WebApplication app)
    {
        _app = app;
        app.MapPost("/v1/traces", async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            foreach (var span in Read(body.ToArray()))
            {
                Spans.Enqueue(span);
            }
        });
        app.MapPost("/{**rest}", static () => Results.Ok());
    }

    public ConcurrentQueue<CollectedSpan> Spans { get; } = new();

    public string Endpoint => _app.Urls.First();

    public static async Task<TraceCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new TraceCollector(builder.Build());
        await collector._app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // ExportTraceServiceRequest: resource_spans = 1; ResourceSpans: scope_spans = 2; ScopeSpans: scope = 1, spans = 2;
    // Span: trace_id = 1, span_id = 2, parent_span_id = 4, name = 5; InstrumentationScope: name = 1.
    // https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
    private static IEnumerable<CollectedSpan> Read(byte[] request)
    {
        foreach (var (_, resource) in Fields(request).Where(static field => field.Number == 1))
        {
            foreach (var (_, scopeSpans) in Fields(resource).Where(static field => field.Number == 2))
            {
                var fields = Fields(scopeSpans).ToList();
                var scope = fields.Where(static field => field.Number == 1).SelectMany(static field => Fields(field.Bytes))
                    .Where(static field => field.Number == 1).Select(static field => Encoding.UTF8.GetString(field.Bytes)).FirstOrDefault("");
                foreach (var (_, span) in fields.Where(static field => field.Number == 2))
                {
                    var values = Fields(span).GroupBy(static field => field.Number).ToDictionary(static g => g.Key, static g => g.First().Bytes);
                    yield return new CollectedSpan(Hex(1), Hex(2), Hex(4), Encoding.UTF8.GetString(values[5]), scope);

                    string Hex(int number) => Convert.ToHexStringLower(values.GetValueOrDefault(number, []));
                }
            }
        }
    }

    private static IEnumerable<(int Number, byte[] Bytes)> Fields(byte[] message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var key = Varint(message, ref at);
            var number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    Varint(message, ref at);
                    break;
                case 1:
                    at += sizeof(long);
                    break;
                case 5:
                    at += sizeof(int);
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    yield return (number, message[at..(at + length)]);
                    at += length;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {key & 7} at {at}.");
            }
        }
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
