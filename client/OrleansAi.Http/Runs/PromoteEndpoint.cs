using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.Runs;

/// <summary><c>POST /api/runs/{id}/promote</c>: a fork becomes the turn that it was forked from.</summary>
internal static class PromoteEndpoint
{
    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls) =>
        routes.MapPost("/api/runs/{id}/promote", context => PromoteAsync(context, calls)).WithMetadata(NewWork.Other);

    /// <summary>Writes what has become of a fork.</summary>
    public static void Write(Utf8JsonWriter json, Promotion promotion)
    {
        json.WriteStartObject();
        json.WriteString("run", promotion.RunId);
        json.WriteString("conversation", promotion.ConversationId);
        json.WriteString("replaces", promotion.Replaces);
        RunWriter.Time(json, "promoted_at", promotion.PromotedAt);
        json.WriteStartArray("items");
        foreach (var item in promotion.Items)
        {
            json.WriteStringValue(item);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static async Task PromoteAsync(HttpContext context, FrontCalls calls)
    {
        var promotion = await calls.Of(context).Records.PromoteAsync((string)context.Request.RouteValues["id"]!);
        context.Response.Headers[HeaderNames.RunId] = promotion.RunId;
        await JsonAnswer.WriteAsync(context, promotion, Write);
    }
}
