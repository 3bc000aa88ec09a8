using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.Responses;

/// <summary>
/// <c>POST /v1/responses/compact</c>: a run beside the conversation sums it up, and its answer comes back as one compaction
/// item, to begin the next request with.
/// </summary>
internal static class CompactionEndpoint
{
    private const string Assignment =
        "Sum up the conversation above, so that it can go on from your summary alone. Keep every fact, name, number, decision, open question and "
        + "wish of the user, and the outcome of every function call. Leave greetings out. Write the summary alone, in the language of the conversation.";

    public static async Task HandleAsync(HttpContext context, FrontCalls calls)
    {
        TurnRequest request;
        using (var body = await RequestBody.ReadAsync(context.Request, calls.Options))
        {
            request = Read(new JsonFields(body.Root, ""), calls.Options);
            request = TurnHeaders.Apply(request, context.Request, body);
        }

        var previous = request.PreviousRunId;
        var run = RunFailure.ThrowIfFailed(
            await calls.Of(context).RunAsideAsync(previous, request with { PreviousRunId = null }, context.RequestAborted));
        ThrowIfCut(run);
        context.Response.Headers[HeaderNames.RunId] = run.Id;
        var usage = run.Usage ?? await EstimateAsync(context, calls, request, run);
        await JsonAnswer.WriteAsync(context, run with { Usage = usage }, Write);
    }

    private static void ThrowIfCut(RunView run)
    {
        switch (run.Status)
        {
            case RunStatus.Completed:
                return;
            case RunStatus.Incomplete:
                // The summary stands for all before it: what it lacks would be lost.
                throw new OrleansAiException(
                    ErrorCodes.VendorFailed, $"The summary was cut ({run.IncompleteReason}); take another model, or compact less at a time.")
                {
                    RunId = run.Id,
                };
            default:
                throw new OrleansAiException(ErrorCodes.VersionConflict, $"The run '{run.Id}' was cancelled by another caller.") { RunId = run.Id };
        }
    }

    // The format has no way to say that a vendor did not tell.
    private static async Task<Usage> EstimateAsync(HttpContext context, FrontCalls calls, TurnRequest request, RunView run) => new()
    {
        InputTokens = await calls.Of(context).CountInputAsync(null, request),
        OutputTokens = await calls.Of(context).CountInputAsync(
            null, new TurnRequest { Model = request.Model, Input = [NewItem.Message(Role.User, string.Concat(run.Output.Select(static item => item.Text)))] }),
    };

    /// <summary>Reads the fields of a body.</summary>
    public static TurnRequest Read(JsonFields fields, HttpOptions options)
    {
        var previous = fields.Text("previous_response_id", 128);
        IReadOnlyList<NewItem> input = previous is null || fields.Any("input") is not null ? InputItems.Read(fields, "input", options.MaxMessages) : [];
        var instructions = fields.Text("instructions");
        var request = new TurnRequest
        {
            Kind = RunKind.Response,
            Model = fields.Text("model", 256),
            Input = [.. input, NewItem.Message(Role.User, instructions is null ? Assignment : $"{Assignment}\n\n{instructions}")],
            PreviousRunId = previous,
            Options = new TurnOptions
            {
                PromptCacheKey = fields.Text("prompt_cache_key", 64),

                // What would be left out would be lost, and the assignment is nobody's conversation.
                RefuseTruncation = true,
                Forget = true,
            },
        };
        fields.Done();
        return request;
    }

    private static void Write(Utf8JsonWriter json, RunView run)
    {
        json.WriteStartObject();
        json.WriteString("id", run.Id);
        json.WriteString("object", "response.compaction");
        json.WriteNumber("created_at", run.CreatedAt / 1_000);
        json.WriteStartArray("output");
        ItemWriter.Write(
            json,
            new Item
            {
                Id = IdPrefixes.Compaction + run.Id[IdPrefixes.Response.Length..],
                Kind = ItemKind.Compaction,
                Parts = [.. run.Output.Where(static item => item.Kind == ItemKind.Message).SelectMany(static item => item.Parts)],
            },
            withOpaque: false);
        json.WriteEndArray();
        ResponseWriter.WriteUsage(json, run.Usage);
        json.WriteEndObject();
    }
}
