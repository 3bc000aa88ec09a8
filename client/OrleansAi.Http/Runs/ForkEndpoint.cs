using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Access;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;
using OrleansAi.Http.Responses;

namespace OrleansAi.Http.Runs;

/// <summary><c>POST /api/runs/{id}/fork</c>: the run again with something changed, in runs of their own.</summary>
internal static class ForkEndpoint
{
    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls) =>
        routes.MapPost("/api/runs/{id}/fork", context => ForkAsync(context, calls)).WithMetadata(NewWork.Run);

    private static async Task ForkAsync(HttpContext context, FrontCalls calls)
    {
        ForkRequest fork;
        using (var body = await RequestBody.ReadAsync(context.Request, calls.Options))
        {
            fork = ForkFields.Read(new JsonFields(body.Root, ""), calls.Options);
            var headers = TurnHeaders.Apply(new TurnRequest { Input = [] }, context.Request, body);
            fork = fork with { IdempotencyKey = headers.IdempotencyKey, RequestHash = headers.RequestHash };
        }

        var pass = context.Features.Get<LimitPass>();
        if (pass is not null)
        {
            await pass.EnterFurtherAsync(fork.Count - 1, context.RequestAborted);
        }

        var id = (string)context.Request.RouteValues["id"]!;
        var runs = await calls.Of(context).Records.ForkAsync(id, fork, run => pass?.Add(run));
        context.Response.Headers[HeaderNames.RunId] = runs[0].Id;
        await JsonAnswer.WriteAsync(context, (Origin: id, Runs: runs), static (json, made) =>
        {
            json.WriteStartObject();
            json.WriteString("origin", made.Origin);
            json.WriteStartArray("data");
            foreach (var run in made.Runs)
            {
                json.WriteStartObject();
                json.WriteString("id", run.Id);
                json.WriteString("conversation", run.ConversationId);
                json.WriteString("status", ResponseWriter.StatusName(run.Status));
                json.WriteString("model", run.Model);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
