using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using OrleansAi.Cli.Server;
using OrleansAi.Cli.Terminal;
using Spectre.Console;

namespace OrleansAi.Cli.Conversations;

/// <summary><c>conversations</c>: what was said.</summary>
internal static class ConversationsCommand
{
    private const int PageSize = 100;
    private static readonly Argument<string> Id = new("id") { Description = "The conversation." };

    public static Command Create() => new("conversations", "What was said.")
    {
        List(),
        new Command("show", "A conversation with all its items.") { Id }.Shows(
            static (api, parsed, token) => ReadAsync(api, ApiClient.Part(parsed.GetValue(Id)!), token), Transcript),
        ArchiveCommands.Export(Id),
        ArchiveCommands.Import(),
    };

    private static Command List()
    {
        Option<int> limit = new("--limit", "-n") { Description = "How many, 1 to 200.", DefaultValueFactory = static _ => 20 };
        Option<string?> cursor = new("--cursor") { Description = "The next_cursor of the page before." };
        return new Command("list", "Conversations in which somebody talked, the newest first.") { limit, cursor }.Shows(
            (api, parsed, token) => api.GetAsync(
                ApiClient.Query("api/conversations", ("limit", parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture)), ("cursor", parsed.GetValue(cursor))),
                token),
            static (session, page) =>
            {
                Show.Table(
                    session,
                    page.List("data"),
                    ("conversation", static one => one.Text("id")),
                    ("last run", static one => one.Text("last_run")),
                    ("status", static one => one.Text("status")),
                    ("at", static one => Show.Time(one.Text("last_at"))));
                if (page.Text("next_cursor") is { } next)
                {
                    session.Hint($"More with --cursor {next}");
                }
            });
    }

    private static async Task<JsonNode> ReadAsync(ApiClient api, string id, CancellationToken token)
    {
        var conversation = await api.GetAsync($"v1/conversations/{id}", token);
        var items = new JsonArray();
        string? after = null;
        do
        {
            var page = await api.GetAsync(
                ApiClient.Query(
                    $"v1/conversations/{id}/items", ("order", "asc"), ("limit", PageSize.ToString(CultureInfo.InvariantCulture)), ("after", after)),
                token);
            foreach (var item in page.List("data"))
            {
                items.Add(item.DeepClone());
            }

            after = page.Flag("has_more") ? page.Text("last_id") : null;
        }
        while (after is not null);

        conversation["items"] = items;
        return conversation;
    }

    private static void Transcript(Session session, JsonNode conversation)
    {
        session.Output.MarkupLineInterpolated($"[bold]{Show.Safe(conversation.Text("id"))}[/] [grey]{Show.Time(conversation.Text("created_at"))}[/]");
        foreach (var item in conversation.List("items"))
        {
            var who = item.Text("role") ?? item.Text("type");
            session.Output.MarkupLineInterpolated($"\n[blue]{Show.Safe(who)}[/] [grey]{Show.Safe(item.Text("id"))}[/]");
            session.Output.Write(new Text($"{Show.Safe(Content(item))}\n"));
        }
    }

    private static string Content(JsonNode item) => item.Text("type") switch
    {
        "function_call" => $"{item.Text("name")}({item.Text("arguments")})",
        "function_call_output" => item.Text("output") ?? "",
        "reasoning" => string.Join('\n', item.List("summary").Select(static part => part.Text("text"))),
        _ => string.Join('\n', item.List("content").Select(static part => part.Text("text") ?? part.Text("refusal") ?? $"[{part.Text("type")}]")),
    };
}
