using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using OrleansAi.Http.Requests;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>The OpenAPI document and the page made of it.</summary>
public sealed partial class OpenApiTests(PostgreSqlFixture postgreSql)
{
    [Fact]
    public async Task Document_IsValidAndHasEveryRoute()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        await using var silo = await deployment.StartAsync();
        await using var front = await InProcessFront.StartAsync(deployment.GatewayPort);
        var text = await front.Http.GetStringAsync("/openapi/v1.json");
        var (document, diagnostic) = OpenApiDocument.Parse(text, OpenApiConstants.Json, new OpenApiReaderSettings());
        Assert.Empty(diagnostic!.Errors.Select(static error => error.ToString()));
        var written = document!.Paths.SelectMany(static path => path.Value.Operations!.Keys, static (path, method) => $"{method} {path.Key}").Order();
        var mapped = front.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(static route => (Path: '/' + route.RoutePattern.RawText!.TrimStart('/'), Methods: route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]))
            .Where(static route => !route.Path.StartsWith("/docs", StringComparison.Ordinal) && !route.Path.StartsWith("/openapi", StringComparison.Ordinal))
            .SelectMany(static route => route.Methods, static (route, method) => $"{method} {route.Path}").Distinct().Order();
        Assert.Equal(mapped, written);

        // Each parameter that a route reads is told, and no other.
        var told = document.Paths.SelectMany(
            static path => path.Value.Operations!,
            static (path, operation) => (Route: $"{operation.Key} {path.Key}", Names: (operation.Value.Parameters ?? [])
                .Where(static parameter => parameter.In == ParameterLocation.Query).Select(static parameter => parameter.Name!).Order(StringComparer.Ordinal)));
        var read = front.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(static route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"], static (route, method) => (
                Route: $"{method} /{route.RoutePattern.RawText!.TrimStart('/')}",
                Names: (route.Metadata.GetMetadata<QueryNames>()?.Names ?? []).Order(StringComparer.Ordinal)))
            .ToLookup(static route => route.Route, static route => route.Names);
        Assert.All(told, route => Assert.Equal(read[route.Route].Single(), route.Names));

        // No reference leads to nowhere, and no name is given twice.
        var json = JsonNode.Parse(text)!;
        Assert.All(Reference().Matches(text).Select(static match => match.Groups[1].Value), pointer =>
            Assert.NotNull(pointer.Split('/').Aggregate((JsonNode?)json, static (node, name) => node?[name])));
        var names = OperationId().Matches(text).Select(static match => match.Groups[1].Value).ToList();
        Assert.Equal(names.Distinct(), names);
        Assert.Equal(written.Count(), names.Count);
    }

    [Fact]
    public async Task Docs_AreServedFromHereAlone()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        await using var silo = await deployment.StartAsync();
        using var answer = await silo.Http.GetAsync("/docs");
        var page = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, page);
        Assert.Contains("default-src 'self'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=\"?(https?:)?//", page);
        var scripts = Source().Matches(page).Select(static match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
        {
            using var file = await silo.Http.GetAsync(new Uri(new Uri(silo.Url + "/docs/"), script));
            Assert.True(file.IsSuccessStatusCode, $"{script}: {file.StatusCode}");
            Assert.NotEmpty(await file.Content.ReadAsByteArrayAsync());
        }
    }

    [GeneratedRegex("\"\\$ref\": \"#/([^\"]+)\"")]
    private static partial Regex Reference();

    [GeneratedRegex("\"operationId\": \"([^\"]+)\"")]
    private static partial Regex OperationId();

    [GeneratedRegex("<script[^>]+src=\"([^\"]+)\"")]
    private static partial Regex Source();
}
