using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.Runs;

/// <summary><c>/api/runs</c>: what happened.</summary>
internal static class RunsEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls)
    {
        routes.MapGet("/api/runs", async context =>
        {
            var page = await calls.Of(context).SearchRunsAsync(RunQueryReader.Read(context.Request.Query));
            await WriteAsync(context, RunWriter.WritePage, page);
        }).WithQuery(RunQueryReader.Names);
        routes.MapGet("/api/runs/{id}", async context =>
        {
            var trace = await calls.Of(context).TraceAsync((string)context.Request.RouteValues["id"]!);
            context.Response.Headers[HeaderNames.RunId] = trace.Run.Id;
            await WriteAsync(context, RunWriter.WriteTrace, trace);
        });
        StepEndpoint.Map(routes, calls);
        ForkEndpoint.Map(routes, calls);
        PromoteEndpoint.Map(routes, calls);
        routes.MapPost("/api/runs/{id}/replay", async context =>
        {
            var replay = await calls.Of(context).ReplayAsync((string)context.Request.RouteValues["id"]!);
            context.Response.Headers[HeaderNames.RunId] = replay.RunId;
            await WriteAsync(context, ReplayWriter.Write, replay);
        });
        routes.MapGet("/api/runs/{id}/explain", async context =>
        {
            var explanation = await calls.Of(context).ExplainAsync((string)context.Request.RouteValues["id"]!);
            context.Response.Headers[HeaderNames.RunId] = explanation.RunId;
            await WriteAsync(context, ExplanationWriter.Write, explanation);
        });
        routes.MapGet("/api/runs/{a}/diff/{b}", async context =>
        {
            var values = context.Request.RouteValues;
            var diff = await calls.Of(context).DiffAsync((string)values["a"]!, (string)values["b"]!);
            context.Response.Headers[HeaderNames.RunId] = diff.A.RunId;
            await WriteAsync(context, DiffWriter.Write, diff);
        });
    }

    private static async Task WriteAsync<T>(HttpContext context, Action<Utf8JsonWriter, T> write, T value)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, JsonText.Options);
        write(json, value);
        await JsonAnswer.SendAsync(context, json);
    }
}
