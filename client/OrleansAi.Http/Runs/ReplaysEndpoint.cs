using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.Runs;

/// <summary><c>POST /api/replays</c>: several runs replayed in one call, their records read together.</summary>
internal static class ReplaysEndpoint
{
    private const string Runs = "runs";

    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls) =>
        routes.MapPost("/api/replays", context => ReplayAsync(context, calls));

    private static async Task ReplayAsync(HttpContext context, FrontCalls calls)
    {
        IReadOnlyList<string> runs;
        using (var body = await RequestBody.ReadAsync(context.Request, calls.Options))
        {
            var fields = new JsonFields(body.Root, "");
            runs = [.. fields.List(Runs, ReplayOutcome.MostRuns).Select(static one => Id(one.Value, one.Name))];
            fields.Done();
        }

        if (runs.Count == 0)
        {
            throw Invalid.Request($"'{Runs}' names no run; give 1 to {ReplayOutcome.MostRuns} ids.", Runs);
        }

        var outcomes = await calls.Of(context).ReplayAsync(runs);
        await JsonAnswer.WriteAsync(context, outcomes, ReplayWriter.WriteList);
    }

    private static string Id(JsonElement value, string name) => value.ValueKind == JsonValueKind.String
        ? JsonFields.ReadText(value, name)
        : throw Invalid.Request($"'{name}' must be the id of a run.", name);
}
