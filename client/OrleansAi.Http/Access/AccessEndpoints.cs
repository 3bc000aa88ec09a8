using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Access.Keys;
using OrleansAi.Client.Access;
using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.Access;

/// <summary><c>/api/projects</c> and <c>/api/keys</c>: what an organisation's admins do.</summary>
/// <param name="access">The cluster.</param>
/// <param name="hasher">Hashes new keys; null where keys are not asked for.</param>
/// <param name="calls">The front.</param>
internal sealed class AccessEndpoints(AccessClient access, KeyHasher? hasher, FrontCalls calls)
{
    public static void Map(IEndpointRouteBuilder routes, AccessEndpoints endpoints)
    {
        var admins = routes.MapGroup("").WithMetadata(new RequiredRole(KeyRole.Admin));
        admins.MapGet("/api/projects", endpoints.ListProjectsAsync);
        admins.MapPost("/api/projects", endpoints.CreateProjectAsync);
        admins.MapGet("/api/keys", endpoints.ListKeysAsync);
        admins.MapPost("/api/keys", endpoints.CreateKeyAsync);
        admins.MapPost("/api/keys/{id}/revoke", endpoints.RevokeKeyAsync);
    }

    /// <summary>The caller as somebody who does something to keys and projects.</summary>
    /// <exception cref="OrleansAiException">Keys are not asked for, so there is nothing to do it to.</exception>
    public static AccessActor ActorOf(HttpContext context) => Caller.Of(context).Grant is not { } grant
        ? throw Invalid.Request("Keys and projects are not in use: OrleansAi:Auth:Mode is Local. Set it to Keys.")
        : new AccessActor { Id = grant.KeyId, Project = grant.Project, Organization = grant.Organization, Role = grant.Role };

    private async Task ListProjectsAsync(HttpContext context)
    {
        var projects = await access.ListProjectsAsync(ActorOf(context));
        await WriteAsync(context, projects, static (json, list) => AccessWriter.WriteList(json, list, AccessWriter.WriteProject));
    }

    private async Task CreateProjectAsync(HttpContext context)
    {
        var actor = ActorOf(context);
        using var body = await RequestBody.ReadAsync(context.Request, calls.Options);
        var project = await access.CreateProjectAsync(actor, AccessFields.Project(new JsonFields(body.Root, "")));
        ManagementAudit.Made(context, project.Id);
        await WriteAsync(context, project, AccessWriter.WriteProject);
    }

    private async Task ListKeysAsync(HttpContext context)
    {
        var keys = await access.ListKeysAsync(ActorOf(context));
        await WriteAsync(context, keys, static (json, list) => AccessWriter.WriteList<KeyView>(json, list, AccessWriter.WriteKey));
    }

    private async Task CreateKeyAsync(HttpContext context)
    {
        var actor = ActorOf(context);
        using var body = await RequestBody.ReadAsync(context.Request, calls.Options);
        var wanted = AccessFields.Key(new JsonFields(body.Root, ""));
        var (id, text) = KeyText.Make();
        var key = await access.CreateKeyAsync(actor, wanted with { Id = id, Hash = hasher!.Hash(text) });
        ManagementAudit.Made(context, key.Id);
        await WriteAsync(context, (key, text), static (json, made) => AccessWriter.WriteKey(json, made.key, made.text));
    }

    private async Task RevokeKeyAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        await WriteAsync(context, await access.RevokeKeyAsync(ActorOf(context), id), AccessWriter.WriteKey);
    }

    private static async Task WriteAsync<T>(HttpContext context, T value, Action<Utf8JsonWriter, T> write)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, JsonText.Options);
        write(json, value);
        await JsonAnswer.SendAsync(context, json);
    }
}
