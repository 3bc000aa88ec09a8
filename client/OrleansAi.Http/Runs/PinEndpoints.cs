using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.Runs;

/// <summary><c>POST /api/runs/{id}/pin</c> and <c>/unpin</c>: whether retention leaves a run.</summary>
internal static class PinEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls)
    {
        routes.MapPost("/api/runs/{id}/pin", context => PinAsync(context, calls, true));
        routes.MapPost("/api/runs/{id}/unpin", context => PinAsync(context, calls, false));
    }

    private static async Task PinAsync(HttpContext context, FrontCalls calls, bool isPinned)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        await calls.Of(context).Records.PinAsync(id, isPinned);
        context.Response.Headers[HeaderNames.RunId] = id;
        await JsonAnswer.WriteAsync(context, (Id: id, IsPinned: isPinned), static (json, run) =>
        {
            json.WriteStartObject();
            json.WriteString("id", run.Id);
            json.WriteBoolean("pinned", run.IsPinned);
            json.WriteEndObject();
        });
    }
}
