using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using OrleansAi.Cli.Server;
using OrleansAi.Cli.Terminal;
using Spectre.Console;

namespace OrleansAi.Cli.Conversations;

/// <summary><c>conversations export</c> and <c>import</c>: conversations from one installation to another.</summary>
internal static class ArchiveCommands
{
    private const string MediaType = "application/x-ndjson";

    public static Command Export(Argument<string> id)
    {
        Option<bool> byRun = new("--run") { Description = "The id is a run's: the conversation of that run." };
        Option<string?> to = new("--output", "-o") { Description = "A directory, or a file that ends with .tar.gz; else a directory named as the conversation." };
        return new Command("export", "Write a conversation as an archive, with its content in the clear.") { id, byRun, to }.Does(async (session, parsed, token) =>
        {
            var conversation = parsed.GetValue(id)!;
            if (parsed.GetValue(byRun))
            {
                conversation = (await session.Api.GetAsync($"api/runs/{ApiClient.Part(conversation)}", token)).Text("conversation")!;
            }

            var target = parsed.GetValue(to) ?? conversation;
            using var answer = await session.Api.SendAsync(
                HttpMethod.Get, $"api/conversations/{ApiClient.Part(conversation)}/export", static () => null, token);
            await using var body = await answer.Content.ReadAsStreamAsync(token);
            var (records, blobs) = await Work.RunAsync(session, "Exporting", null, _ => ArchiveFiles.WriteAsync(body, target, token));
            session.Write(
                new JsonObject { ["conversation"] = conversation, ["archive"] = target, ["records"] = records, ["blobs"] = blobs },
                static (session, done) => session.Output.WriteLine(
                    $"{done.Text("conversation")}: {done.Text("records")} records and {done.Text("blobs")} blobs in {Show.Safe(done.Text("archive"))}."));
            return ExitCodes.Ok;
        });
    }

    public static Command Import()
    {
        Argument<string> from = new("archive") { Description = "A directory, or a file that ends with .tar.gz." };
        return new Command("import", "Take an archive in: whole or not at all.") { from }.Does(async (session, parsed, token) =>
        {
            var bytes = await ArchiveFiles.ReadAsync(parsed.GetValue(from)!, token);
            var imported = await Work.RunAsync(session, "Importing", null, _ => session.Api.AskAsync(
                HttpMethod.Post,
                "api/conversations/import",
                () => new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(MediaType) } },
                token));
            session.Write(imported, static (session, answer) => Show.Table(
                session,
                answer.List("data"),
                ("conversation", static one => one.Text("id")),
                ("records", static one => one.Text("records")),
                ("runs", static one => one.Text("runs")),
                ("outcome", static one => one.Text("outcome"))));
            return ExitCodes.Ok;
        });
    }
}
