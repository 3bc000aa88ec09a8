using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansAi.Access.Directory;
using OrleansAi.Access.Keys;
using OrleansAi.Contracts.Access;
using OrleansAi.Http;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Tests.Cluster.Access;

/// <summary>An HTTP front in <c>Auth:Mode=Keys</c>: with a silo of the cluster, or as a client of it.</summary>
internal sealed class Front : IAsyncDisposable
{
    private static readonly string HashKey = new('h', 32);
    private static readonly KeyHasher Hasher = new(HashKey);
    private readonly WebApplication _app;

    private Front(WebApplication app)
    {
        _app = app;
        Http = new HttpClient
        {
            BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
        };
    }

    public HttpClient Http { get; }

    /// <summary>Every route that is mapped: <c>GET /v1/models</c>.</summary>
    public IReadOnlyList<string> Routes =>
    [
        .. _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            // What needs no key knows no tenant.
            .Where(static endpoint => endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAllowAnonymous>() is null)
            .SelectMany(static endpoint =>
            (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["*"]).Select(method => $"{method} {endpoint.RoutePattern.RawText}")),
    ];

    /// <summary>The routes that a saturated process refuses.</summary>
    public IReadOnlyList<string> Refusable =>
    [
        .. _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(static endpoint => endpoint.Metadata.GetMetadata<NewWork>() is not null).Select(static endpoint => endpoint.RoutePattern.RawText!),
    ];

    /// <param name="host">The cluster.</param>
    /// <param name="silo">The silo that the front is part of; null for one that is only a client.</param>
    /// <param name="settings">Configuration besides.</param>
    public static async Task<Front> StartAsync(Host host, int? silo, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(
        [
            new("OrleansAi:Auth:Mode", "Keys"),
            new("OrleansAi:Auth:HashKey", HashKey),
            .. settings.Select(static setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)),
        ]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        if (silo is { } index)
        {
            var services = host.Cluster.Silos[index].ServiceProvider;
            builder.Services.AddSingleton(services.GetRequiredService<IGrainFactory>());
            builder.Services.AddSingleton(services.GetRequiredService<IKeyChecker>());
        }
        else
        {
            builder.Services.AddSingleton(host.Grains);
        }

        builder.Services.AddOrleansAiHttp(builder.Configuration);
        var app = builder.Build();
        app.MapOrleansAi();
        await app.StartAsync();
        return new Front(app);
    }

    /// <summary>Makes a key as the program's own command does, and its project when there is none.</summary>
    public static async Task<TestKey> KeyAsync(
        Host host, string organization, string project = "main", KeyRole role = KeyRole.Admin, RateLimits? limits = null, RateLimits? projectLimits = null)
    {
        var directory = host.Cluster.Silos[0].ServiceProvider.GetRequiredService<AccessDirectory>();
        var actor = new AccessActor { Id = AccessActor.CommandLineId, Project = "", Organization = organization, Role = KeyRole.Admin };
        var made = (await directory.ListProjectsAsync(actor)).FirstOrDefault(known => known.Name == project)
            ?? await directory.CreateProjectAsync(actor, new NewProject { Name = project, Limits = projectLimits ?? RateLimits.None });
        var (id, text) = KeyText.Make();
        await directory.CreateKeyAsync(actor, new NewKey
        {
            Id = id, Hash = Hasher.Hash(text), Project = made.Id, Name = $"key of {project}", Role = role, Limits = limits ?? RateLimits.None,
        });
        return new TestKey(id, text, made.Id);
    }

    /// <summary>A request with a key.</summary>
    public static HttpRequestMessage Request(TestKey? key, string method, string path, string? body = null, string mediaType = "application/json")
    {
        var request = new HttpRequestMessage(HttpMethod.Parse(method), path);
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key.Text);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8) { Headers = { ContentType = MediaTypeHeaderValue.Parse(mediaType) } };
        }

        return request;
    }

    /// <summary>Sends a request with a key and reads the whole answer.</summary>
    public async Task<Answer> SendAsync(TestKey? key, string method, string path, string? body = null, string mediaType = "application/json")
    {
        using var request = Request(key, method, path, body, mediaType);
        using var answer = await Http.SendAsync(request);
        return await Answer.ReadAsync(answer);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>A key that a test has made.</summary>
internal sealed record TestKey(string Id, string Text, string Project);
