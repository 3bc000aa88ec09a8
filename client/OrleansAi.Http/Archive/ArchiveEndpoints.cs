using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using OrleansAi.Contracts.Conversations;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Access;
using OrleansAi.Http.Conversations;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.Archive;

/// <summary><c>/api/conversations/{id}/export</c> and <c>/api/conversations/import</c>: conversations from one installation to another.</summary>
internal static class ArchiveEndpoints
{
    private const string MediaType = "application/x-ndjson";

    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls)
    {
        routes.MapGet("/api/conversations/{id}/export", context => ExportAsync(context, calls));
        routes.MapPost("/api/conversations/import", context => ImportAsync(context, calls));
        ConversationListEndpoint.Map(routes, calls);
    }

    // The head goes out with the first line: what is wrong with the request is known by then. A stream that breaks off has no last line.
    private static async Task ExportAsync(HttpContext context, FrontCalls calls)
    {
        var conversation = (string)context.Request.RouteValues["id"]!;
        await foreach (var line in calls.Of(context).Archive.ExportAsync(conversation, context.RequestAborted))
        {
            if (!context.Response.HasStarted)
            {
                context.Response.ContentType = MediaType;
                context.Response.Headers.CacheControl = "no-store";
            }

            await context.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(line + '\n'), context.RequestAborted);
        }
    }

    private static async Task ImportAsync(HttpContext context, FrontCalls calls)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || !type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase))
        {
            throw new OrleansAiException(ErrorCodes.UnsupportedMediaType, $"An archive is sent as {MediaType}, not as '{context.Request.ContentType}'.");
        }

        var imported = await calls.Of(context).Archive.ImportAsync(await ReadAsync(context, calls.Options.MaxBodyBytes), context.RequestAborted);
        ManagementAudit.Made(context, imported[^1].Id);
        await JsonAnswer.WriteAsync(context, imported, Write);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, int most)
    {
        var reader = context.Request.BodyReader;
        while (context.Request.ContentLength is not { } length || length <= most)
        {
            var result = await reader.ReadAsync(context.RequestAborted);
            if (result.Buffer.Length > most)
            {
                break;
            }

            if (result.IsCompleted)
            {
                var bytes = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return bytes;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        throw new OrleansAiException(
            ErrorCodes.RequestTooLarge, $"The archive has more than {most} bytes; OrleansAi:Http:MaxBodyBytes is the limit.");
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<ImportedConversation> imported)
    {
        json.WriteStartObject();
        json.WriteStartArray("data");
        foreach (var conversation in imported)
        {
            json.WriteStartObject();
            json.WriteString("id", conversation.Id);
            json.WriteNumber("records", conversation.Records);
            json.WriteNumber("runs", conversation.Runs);
            json.WriteString("outcome", conversation.IsNew ? "imported" : "unchanged");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
