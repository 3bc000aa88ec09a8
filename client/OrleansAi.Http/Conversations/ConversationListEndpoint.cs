using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;
using OrleansAi.Http.Responses;
using OrleansAi.Http.Runs;

namespace OrleansAi.Http.Conversations;

/// <summary>
/// <c>GET /api/conversations</c>: the conversations in which there was a turn, the newest first, by the index of runs. One that was deleted is among
/// them, as its runs are among the runs.
/// </summary>
internal static class ConversationListEndpoint
{
    private const int DefaultLimit = 50;
    private const int MostConversations = 200;

    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls) =>
        routes.MapGet("/api/conversations", context => ListAsync(context, calls)).WithQuery("cursor", "limit");

    private static async Task ListAsync(HttpContext context, FrontCalls calls)
    {
        var page = await calls.Of(context).SearchRunsAsync(new RunQuery
        {
            ByConversation = true,
            Cursor = Cursor(context.Request.Query["cursor"].ToString()),
            Limit = Limit(context.Request.Query["limit"].ToString()),
        });
        await JsonAnswer.WriteAsync(context, page, Write);
    }

    private static void Write(Utf8JsonWriter json, RunPage page)
    {
        json.WriteStartObject();
        json.WriteStartArray("data");
        foreach (var run in page.Runs)
        {
            json.WriteStartObject();
            json.WriteString("id", run.ConversationId);
            json.WriteString("last_run", run.Id);
            json.WriteString("status", ResponseWriter.StatusName(run.Status));
            json.WriteString("model", run.Model);
            RunWriter.Time(json, "last_at", run.CreatedAt);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("has_more", page.HasMore);
        json.WriteString("next_cursor", page.HasMore ? page.Runs[^1].ConversationId : null);
        json.WriteEndObject();
    }

    private static string? Cursor(string text) => text.Length == 0 ? null
        : IdText.IsPossible(text) && text.StartsWith(IdPrefixes.Conversation, StringComparison.Ordinal) ? text
        : throw Invalid.Request($"'cursor' is '{text}'; it must be the next_cursor of the page before.", "cursor");

    private static int Limit(string text) => text.Length == 0 ? DefaultLimit
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MostConversations ? limit
        : throw Invalid.Request($"'limit' is '{text}'; it must be from 1 to {MostConversations}.", "limit");
}
