using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansAi.Tests.Unit.Vendors;

/// <summary>A vendor of literal bytes: it answers every request with what the test wrote down.</summary>
internal sealed class ScriptedVendor : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ScriptedVendor(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public int Status { get; set; } = 200;

    public string MediaType { get; set; } = "application/json";

    public string Body { get; set; } = "";

    /// <summary>True to hang up without an end once <see cref="Cut"/> is called: a reset takes back what was not yet read.</summary>
    public bool IsCut { get; set; }

    /// <summary>True to say nothing more after the body, and leave the connection open.</summary>
    public bool IsStalled { get; set; }

    public Dictionary<string, string> Headers { get; } = [];

    public List<(string Path, string Body, IReadOnlyDictionary<string, string> Headers)> Requests { get; } = [];

    /// <summary>Completes when a client closes a connection before its answer has ended.</summary>
    public Task Closed => _closed.Task;

    public static async Task<ScriptedVendor> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var vendor = new ScriptedVendor(builder.Build());
        vendor._app.Run(vendor.AnswerAsync);
        await vendor._app.StartAsync();
        return vendor;
    }

    /// <summary>Answers one request with exactly these bytes and an orderly hang-up.</summary>
    public static (string Address, Task Serving) ServeOnce(string bytes)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ($"http://{listener.LocalEndpoint}", ServeAsync());

        async Task ServeAsync()
        {
            using (listener)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                var request = new byte[16_384];
                _ = await stream.ReadAsync(request);
                await stream.WriteAsync(Encoding.UTF8.GetBytes(bytes));
                client.Client.Shutdown(SocketShutdown.Send);
                while (await stream.ReadAsync(request) > 0)
                {
                }
            }
        }
    }

    /// <summary>Hangs up, where <see cref="IsCut"/> says so.</summary>
    public void Cut() => _cut.TrySetResult();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        Requests.Add((
            context.Request.Path + context.Request.QueryString,
            await reader.ReadToEndAsync(),
            context.Request.Headers.ToDictionary(static pair => pair.Key, static pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        context.Response.StatusCode = Status;
        context.Response.ContentType = MediaType;
        foreach (var (name, value) in Headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.WriteAsync(Body);
        await context.Response.Body.FlushAsync();
        if (IsCut)
        {
            await _cut.Task;
            context.Abort();
        }

        if (IsStalled)
        {
            using var registration = context.RequestAborted.Register(() => _closed.TrySetResult());
            await _closed.Task;
        }
    }
}
