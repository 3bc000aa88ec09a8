using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Client.Access;
using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.Access;

/// <summary><c>/api/audit</c>: who managed what.</summary>
internal static class AuditEndpoints
{
    private const int MostEntries = 200;

    public static void Map(IEndpointRouteBuilder routes, AccessClient access) =>
        routes.MapGet("/api/audit", context => ListAsync(context, access)).WithQuery("after", "limit", "project");

    private static async Task ListAsync(HttpContext context, AccessClient access)
    {
        var query = context.Request.Query;
        var page = await access.ListAuditAsync(await ProjectAsync(context, access), new AuditQuery
        {
            After = Number("after", long.MaxValue),
            Limit = (int)(Number("limit", MostEntries) ?? 50),
        });
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, JsonText.Options);
        AccessWriter.WriteAudit(json, page);
        await JsonAnswer.SendAsync(context, json);

        long? Number(string name, long most) => query[name].ToString() is not { Length: > 0 } text ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number
            : throw Invalid.Request(
                $"'{name}' is '{text}'; it must be {(most == long.MaxValue ? "an entry's id" : $"from 1 to {most}")}.", name);
    }

    // An admin reads the logs of all projects of the organisation, an operator that of its own.
    private static async Task<string> ProjectAsync(HttpContext context, AccessClient access)
    {
        var own = Caller.Of(context).Tenant;
        var wanted = context.Request.Query["project"].ToString();
        if (wanted.Length == 0 || wanted == own)
        {
            return own;
        }

        var projects = await access.ListProjectsAsync(AccessEndpoints.ActorOf(context));
        return projects.Any(project => project.Id == wanted)
            ? wanted
            : throw new OrleansAiException(ErrorCodes.ProjectNotFound, $"There is no project '{wanted}'.") { Param = "project" };
    }
}
