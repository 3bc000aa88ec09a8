using System.Globalization;
using OrleansAi.Testing;

namespace OrleansAi.Benchmarks;

/// <summary>
/// A server that answers every request with the bytes of a refusal and does nothing else: what the web server and the kernel of this machine take
/// for a refusal at least, which is what those of a silo can be held against.
/// </summary>
internal static class EmptyServer
{
    private const int Connections = 2_000;

    /// <summary>Serves until it is told to end.</summary>
    public static async Task RunAsync(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        var app = builder.Build();
        var body = new byte[300];
        app.Run(async context =>
        {
            context.Response.StatusCode = context.Request.Method == HttpMethods.Post ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body);
        });
        await app.RunAsync();
    }

    /// <summary>Sends at a rate to one, and says what an answer takes.</summary>
    /// <returns>Processor time of the server and of the load, µs an answer.</returns>
    public static async Task<(double Server, double Load)> MeasureAsync(byte[][] requests, double rate, double seconds, string directory)
    {
        var port = Ports.Free(1)[0];
        var url = $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";
        await using var server = await ServerProcess.StartAsync(
            typeof(EmptyServer).Assembly.Location, ["empty", url], new Dictionary<string, string>(), url, directory);
        var connections = new RawConnection[Connections];
        for (var i = 0; i < Connections; i++)
        {
            connections[i] = await RawConnection.OpenAsync(port);
        }

        // The first half is for the compiler.
        new OpenLoop(connections, requests, rate).Run(seconds / 2);
        var (cpu, own, loop) = (server.Cpu, Environment.CpuUsage.TotalTime, new OpenLoop(connections, requests, rate));
        loop.Run(seconds / 2);
        var result = ((server.Cpu - cpu).TotalMicroseconds / loop.Sent, (Environment.CpuUsage.TotalTime - own).TotalMicroseconds / loop.Sent);
        foreach (var connection in connections)
        {
            connection.Dispose();
        }

        return result;
    }
}
