using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using OrleansAi.Cli.Server;
using OrleansAi.Cli.Terminal;
using Spectre.Console;

namespace OrleansAi.Cli.Collections;

/// <summary><c>collections</c>: bodies of documents that can be searched; OpenAI's vector stores.</summary>
internal static class CollectionsCommand
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private static readonly Argument<string> Id = new("id") { Description = "The collection." };

    public static Command Create() => new("collections", "Documents that can be searched.")
    {
        new Command("list", "All collections.").Shows(
            static (api, _, token) => api.GetAsync("v1/vector_stores?limit=100", token),
            static (session, page) =>
            {
                Table(session, page.List("data"));
                if (page.Flag("has_more"))
                {
                    session.Hint("There are more; the API pages through them.");
                }
            }),
        Make(),
        Add(),
        Search(),
        new Command("status", "How far its documents are.") { Id }.Shows(
            static (api, parsed, token) => api.GetAsync($"v1/vector_stores/{ApiClient.Part(parsed.GetValue(Id)!)}", token),
            static (session, one) => Table(session, [one])),
    };

    private static void Table(Session session, IEnumerable<JsonNode> collections) => Show.Table(
        session,
        collections,
        ("id", static one => one.Text("id")),
        ("name", static one => one.Text("name")),
        ("status", static one => one.Text("status")),
        ("version", static one => one.Text("version")),
        ("files", static one => one["file_counts"].Text("completed")),
        ("in progress", static one => one["file_counts"].Text("in_progress")),
        ("failed files", static one => one["file_counts"].Text("failed")),
        ("bytes", static one => one.Text("usage_bytes")));

    private static Command Make()
    {
        Argument<string> name = new("name") { Description = "Its name." };
        Option<string?> model = new("--embedding-model") { Description = "The embedding route that makes its vectors, for good." };
        return new Command("create", "Make a collection.") { name, model }.Shows(
            (api, parsed, token) =>
            {
                var body = new JsonObject { ["name"] = parsed.GetValue(name) };
                if (parsed.GetValue(model) is { } route)
                {
                    body["embedding_model"] = route;
                }

                return api.PostAsync("v1/vector_stores", body, token);
            },
            static (session, one) => Table(session, [one]));
    }

    private static Command Add()
    {
        Argument<FileInfo[]> files = new("files") { Description = "The files.", Arity = ArgumentArity.OneOrMore };
        Option<bool> noWait = new("--no-wait") { Description = "Do not wait until they can be found." };
        return new Command("add", "Add files, and wait until they can be found.") { Id, files, noWait }.Does(async (session, parsed, token) =>
        {
            var path = $"v1/vector_stores/{ApiClient.Part(parsed.GetValue(Id)!)}";
            var paths = parsed.GetValue(files)!;
            if (paths.FirstOrDefault(static file => !file.Exists) is { } missing)
            {
                throw new CliException(ExitCodes.Usage, "no_such_file", $"There is no file '{missing}'.");
            }

            var added = await Work.RunAsync<List<JsonNode>>(session, "Sending", paths.Length, async done =>
            {
                var all = new List<JsonNode>();
                foreach (var file in paths)
                {
                    var uploaded = await session.Api.AskAsync(HttpMethod.Post, "v1/files", () => Form(file), token);
                    all.Add(await session.Api.PostAsync($"{path}/files", new JsonObject { ["file_id"] = uploaded.Text("id") }, token));
                    done(1);
                }

                return all;
            });
            if (!parsed.GetValue(noWait))
            {
                added = await Work.RunAsync(session, "Indexing", added.Count, done => WaitAsync(session, path, added, done, token));
            }

            session.Write(new JsonObject { ["data"] = new JsonArray([.. added.Select(static one => one.DeepClone())]) }, static (session, page) => Show.Table(
                session,
                page.List("data"),
                ("file", static one => one.Text("id")),
                ("status", static one => one.Text("status")),
                ("version", static one => one.Text("version")),
                ("error", static one => one["last_error"].Text("message"))));
            return added.Exists(static one => one.Text("status") is "failed" or "cancelled") ? ExitCodes.Failed : ExitCodes.Ok;
        });
    }

    private static async Task<List<JsonNode>> WaitAsync(Session session, string path, List<JsonNode> added, Action<double> done, CancellationToken token)
    {
        var all = new List<JsonNode>();
        foreach (var one in added)
        {
            var now = one;
            while (now.Text("status") == "in_progress")
            {
                await Task.Delay(Poll, token);
                now = await session.Api.GetAsync($"{path}/files/{ApiClient.Part(one.Text("id")!)}", token);
            }

            all.Add(now);
            done(1);
        }

        return all;
    }

    // Read anew for each attempt, and never held as a whole.
    private static MultipartFormDataContent Form(FileInfo file)
    {
        var content = new StreamContent(file.OpenRead());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return new MultipartFormDataContent { { new StringContent("assistants"), "purpose" }, { content, "file", file.Name } };
    }

    private static Command Search()
    {
        Argument<string> query = new("query") { Description = "The question." };
        Option<int> limit = new("--limit", "-n") { Description = "How many passages, 1 to 50.", DefaultValueFactory = static _ => 10 };
        return new Command("search", "Ask a collection.") { Id, query, limit }.Shows(
            (api, parsed, token) => api.PostAsync(
                $"v1/vector_stores/{ApiClient.Part(parsed.GetValue(Id)!)}/search",
                new JsonObject { ["query"] = parsed.GetValue(query), ["max_num_results"] = parsed.GetValue(limit) },
                token),
            static (session, found) =>
            {
                foreach (var passage in found.List("data"))
                {
                    session.Output.MarkupLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"[bold]{Markup.Escape(Show.Safe(passage.Text("filename")))}[/] [grey]{passage.Number("score"):0.000} {Markup.Escape(Show.Safe(passage.Text("file_id")))}[/]"));
                    session.Output.Write(new Text($"{Show.Safe(passage.List("content").FirstOrDefault().Text("text")).Trim()}\n\n"));
                }

                session.Hint($"Version {found.Text("version")}{(found.Flag("partial") ? "; partial, a part of the collection did not answer" : "")}");
            });
    }
}
