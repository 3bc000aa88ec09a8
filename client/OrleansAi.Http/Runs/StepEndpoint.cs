using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.Runs;

/// <summary><c>/api/runs/{id}/steps/{n}</c>: one step with its content, or the raw bytes of one exchange with a vendor.</summary>
internal static class StepEndpoint
{
    private const string Part = "part";
    private const string Call = "call";

    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls) =>
        routes.MapGet("/api/runs/{id}/steps/{n}", context => GetAsync(context, calls)).WithQuery(Part, Call);

    private static async Task GetAsync(HttpContext context, FrontCalls calls)
    {
        var (id, place) = ((string)context.Request.RouteValues["id"]!, (string)context.Request.RouteValues["n"]!);
        var part = context.Request.Query[Part].ToString() switch
        {
            "" => null,
            "request" or "response" => context.Request.Query[Part].ToString(),
            var other => throw Invalid.Request($"'{Part}' is '{other}'; it must be request or response.", Part),
        };
        var call = Number(context.Request.Query[Call].ToString());
        if (call is not null && part is null)
        {
            throw Invalid.Request($"'{Call}' says of which call to a vendor a '{Part}' is wanted; give both.", Call);
        }

        var step = await calls.Of(context).Records.StepAsync(id, int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw Invalid.Request("The number of a step must be a whole number from 0.", "n"));
        context.Response.Headers[HeaderNames.RunId] = step.Run.Id;
        if (part is null)
        {
            await JsonAnswer.WriteAsync(context, step, StepWriter.Write);
        }
        else
        {
            await SendAsync(context, step, part, call);
        }
    }

    private static int? Number(string text) => text.Length == 0 ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw Invalid.Request($"'{Call}' is '{text}'; it must be a whole number from 0.", Call);

    private static async Task SendAsync(HttpContext context, StepContent step, string part, int? call)
    {
        var place = call ?? step.Exchanges.Count - 1;
        if (place < 0 || place >= step.Exchanges.Count)
        {
            throw new OrleansAiException(
                ErrorCodes.StepNotFound, $"Step {step.Step.Index} of the run '{step.Run.Id}' made {step.Exchanges.Count} calls to vendors; there is no call {place}.");
        }

        var exchange = step.Exchanges[place];
        var bytes = (part == "request" ? exchange.Request : exchange.Response) ?? throw new OrleansAiException(ErrorCodes.ContentNotKept, part == "request"
            ? exchange.RequestDiffers
                ? "This build and configuration would write another request than was sent, so its bytes cannot be given; a replay names the difference."
                : "No request was sent in this call."
            : "No answer came to this call, or its bytes are not kept.");

        // Whatever a vendor sent is never shown as a page of ours.
        context.Response.ContentType = part == "request" ? "application/json" : ExchangeText.MediaTypeOf(bytes);
        context.Response.ContentLength = bytes.Length;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{step.Run.Id}.{step.Step.Index}.{place}.{part}\"";
        await context.Response.BodyWriter.WriteAsync(bytes, CancellationToken.None);
    }
}
