using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace OrleansAi.Http.OpenApi;

/// <summary>
/// <c>/openapi/v1.json</c>, the whole surface as an OpenAPI document, and <c>/docs</c>, the same for readers. The document is
/// written by hand beside the routes, because requests are read by hand; a test holds it to what is mapped.
/// </summary>
internal static class OpenApiEndpoints
{
    // The page brings everything with it: it works without a network, and no other site learns who reads it.
    private const string OnlyFromHere =
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'none'";

    // Neither tells anything of any tenant, so neither asks for a key.
    public static void Map(IEndpointRouteBuilder routes)
    {
        var document = Read();
        routes.MapGet("/openapi/v1.json", async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = document.Length;
            await context.Response.Body.WriteAsync(document, context.RequestAborted);
        }).AllowAnonymous();
        routes.MapScalarApiReference("/docs", static (options, context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = OnlyFromHere;
            options.Title = "OrleansAi";
            options.OpenApiRoutePattern = "/openapi/v1.json";
            options.DefaultFonts = false;
            options.Telemetry = false;
            options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
            options.Agent = new ScalarAgentOptions { Disabled = true };
        }).AllowAnonymous();
    }

    private static byte[] Read()
    {
        using var resource = typeof(OpenApiEndpoints).Assembly.GetManifestResourceStream("openapi.v1.json")
            ?? throw new InvalidOperationException("The OpenAPI document is not part of the assembly.");
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
