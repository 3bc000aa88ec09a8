using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansAi.Tests.EndToEnd.Cli;

/// <summary>A server that answers what a test says, and keeps what it was asked.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Dictionary<string, Func<JsonNode?, (int Status, string Body)>> _routes = new(StringComparer.Ordinal);

    private StubServer(WebApplication app)
    {
        _app = app;
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var text = await reader.ReadToEndAsync();
            var body = text.Length > 0 ? JsonNode.Parse(text) : null;
            var asked = $"{context.Request.Method} {context.Request.Path}";
            Asked.Enqueue((asked + context.Request.QueryString, body, context.Request.Headers.Authorization.ToString()));
            var (status, answer) = _routes.TryGetValue(asked, out var route)
                ? route(body)
                : (StatusCodes.Status404NotFound, """{"code":"invalid_request","detail":"There is nothing there."}""");
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            if (status == StatusCodes.Status429TooManyRequests)
            {
                context.Response.Headers.RetryAfter = "0";
            }

            await context.Response.WriteAsync(answer);
        });
    }

    public ConcurrentQueue<(string Request, JsonNode? Body, string Key)> Asked { get; } = new();

    public string Url => _app.Urls.First();

    public static async Task<StubServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new StubServer(builder.Build());
        await server._app.StartAsync();
        return server;
    }

    public StubServer On(string request, string answer, int status = 200) => On(request, _ => (status, answer));

    public StubServer On(string request, Func<JsonNode?, (int Status, string Body)> answer)
    {
        _routes[request] = answer;
        return this;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
