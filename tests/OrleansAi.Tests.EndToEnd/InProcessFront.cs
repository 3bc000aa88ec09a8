using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using OrleansAi.Client;
using OrleansAi.Http;
using OrleansAi.Testing;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>The HTTP front in this process, over a silo in its own: what it holds can be measured here.</summary>
internal sealed class InProcessFront : IAsyncDisposable
{
    private readonly WebApplication _app;

    private InProcessFront(WebApplication app, CapturedLogs logs)
    {
        _app = app;
        Logs = logs;
        Url = app.Urls.First();
        Http = new HttpClient { BaseAddress = new Uri(Url), Timeout = Timeout.InfiniteTimeSpan };
    }

    public string Url { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>What the front has logged.</summary>
    public CapturedLogs Logs { get; }

    public static async Task<InProcessFront> StartAsync(int gatewayPort, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(static pair => pair.Key, static pair => (string?)pair.Value));
        var logs = new CapturedLogs();
        builder.Logging.ClearProviders().AddProvider(logs).AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.WebHost.UseUrls($"http://127.0.0.1:{Ports.Free(1)[0].ToString(CultureInfo.InvariantCulture)}");

        // The system's own buffers take megabytes of each stream; small ones show what this process holds.
        builder.WebHost.UseSockets(static transport => transport.CreateBoundListenSocket = static endpoint =>
        {
            var listener = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { SendBufferSize = 32_768 };
            listener.Bind(endpoint);
            return listener;
        });
        builder.Services.AddOrleansAiClient(options => options.GatewayPort = gatewayPort);
        builder.Services.AddOrleansAiHttp(builder.Configuration);
        var app = builder.Build();
        app.MapOrleansAi();
        await app.StartAsync();
        return new InProcessFront(app, logs);
    }

    /// <summary>What the managed heap of this process holds, in bytes.</summary>
    public static long HeapBytes()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
