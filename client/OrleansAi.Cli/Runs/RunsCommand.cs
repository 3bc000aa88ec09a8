using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using OrleansAi.Cli.Server;
using OrleansAi.Cli.Terminal;
using Spectre.Console;

namespace OrleansAi.Cli.Runs;

/// <summary><c>runs</c>: what happened, again, otherwise, compared, explained.</summary>
internal static class RunsCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "The run, which is the response's id." };

    public static Command Create() => new("runs", "What happened.")
    {
        List(),
        new Command("show", "The chain of a run, drawn along its time.") { Id }.Shows(
            static (api, parsed, token) => api.GetAsync(Path(parsed), token), Waterfall.Draw),
        new Command("replay", "The run again from its record: identical, or the first difference. Exit code 3 when it differs.") { Id }
            .Does(ReplayAsync),
        Step(),
        Diff(),
        new Command("explain", "What sets a failed or flagged run apart from the good ones nearest to it.") { Id }.Shows(
            static (api, parsed, token) => api.GetAsync($"{Path(parsed)}/explain", token), Comparison.Draw),
        ForkCommand.Create(Id),
        Promote(),
    };

    private static string Path(ParseResult parsed) => $"api/runs/{ApiClient.Part(parsed.GetValue(Id)!)}";

    private static Command List()
    {
        Option<string?> conversation = new("--conversation", "-c") { Description = "Of one conversation." };
        Option<string?> status = new("--status") { Description = "queued, in_progress, completed, failed, cancelled or incomplete." };
        Option<string?> model = new("--model", "-m") { Description = "The route that was asked for." };
        Option<string?> since = new("--since") { Description = "A time, or how long ago: 90m, 24h, 7d." };
        Option<string?> until = new("--until") { Description = "A time, or how long ago." };
        Option<string?> cursor = new("--cursor") { Description = "The next_cursor of the page before." };
        Option<int> limit = new("--limit", "-n") { Description = "How many, 1 to 200.", DefaultValueFactory = static _ => 50 };
        return new Command("list", "Runs, newest first.") { conversation, status, model, since, until, cursor, limit }.Shows(
            (api, parsed, token) => api.GetAsync(
                ApiClient.Query(
                    "api/runs",
                    ("conversation", parsed.GetValue(conversation)),
                    ("status", parsed.GetValue(status)),
                    ("model", parsed.GetValue(model)),
                    ("since", Moment.Parse("--since", parsed.GetValue(since))),
                    ("until", Moment.Parse("--until", parsed.GetValue(until))),
                    ("cursor", parsed.GetValue(cursor)),
                    ("limit", parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture))),
                token),
            static (session, page) =>
            {
                Show.Table(
                    session,
                    page.List("data"),
                    ("run", static run => run.Text("id")),
                    ("status", static run => run.Text("status")),
                    ("model", static run => run.Text("model")),
                    ("created", static run => Show.Time(run.Text("created_at"))),
                    ("took", static run => Took(run)),
                    ("conversation", static run => run.Text("conversation")));
                if (page.Text("next_cursor") is { } next)
                {
                    session.Hint($"More with --cursor {next}");
                }
            });
    }

    private static Command Promote() =>
        new Command("promote", "Make a finished fork the turn that it was forked from, as long as nothing was said after it.") { Id }.Does(
            static async (session, parsed, token) =>
            {
                session.Write(await session.Api.PostAsync($"{Path(parsed)}/promote", new JsonObject(), token), static (session, done) =>
                {
                    Show.Fields(session, done);
                    session.Hint($"Read it with: orleansai conversations show {done.Text("conversation")}");
                });
                return ExitCodes.Ok;
            });

    private static string Took(JsonNode run) =>
        DateTimeOffset.TryParse(run.Text("created_at"), CultureInfo.InvariantCulture, out var from)
        && DateTimeOffset.TryParse(run.Text("completed_at"), CultureInfo.InvariantCulture, out var to)
            ? Show.Milliseconds((to - from).TotalMilliseconds)
            : "-";

    private static async Task<int> ReplayAsync(Session session, ParseResult parsed, CancellationToken cancellationToken)
    {
        var replay = await session.Api.PostAsync($"{Path(parsed)}/replay", new JsonObject(), cancellationToken);
        session.Write(replay, static (session, answer) =>
        {
            if (answer["divergence"] is not JsonObject divergence)
            {
                session.Output.WriteLine($"Identical: {answer.Text("steps")} steps, {answer.Text("externalCalls")} external calls.");
                return;
            }

            session.Output.WriteLine(
                $"Different at step {divergence.Text("step")}, {divergence.Text("stage")}, in {divergence.Text("field")}:");
            session.Output.WriteLine($"  recorded  {Show.Safe(divergence.Text("expected"))}");
            session.Output.WriteLine($"  now       {Show.Safe(divergence.Text("actual"))}");
        });
        return replay.Flag("identical") ? ExitCodes.Ok : ExitCodes.Found;
    }

    private static Command Step()
    {
        Argument<int> number = new("number") { Description = "Which step, from 0." };
        return new Command("step", "One step whole, with what went to the vendor and what came.") { Id, number }.Shows(
            (api, parsed, token) => api.GetAsync(
                string.Create(CultureInfo.InvariantCulture, $"{Path(parsed)}/steps/{parsed.GetValue(number)}"), token),
            static (session, step) => Show.Fields(session, step));
    }

    private static Command Diff()
    {
        Argument<string> other = new("other") { Description = "The run to compare with." };
        return new Command("diff", "What is different between two runs, the first divergence on top.") { Id, other }.Shows(
            (api, parsed, token) => api.GetAsync($"{Path(parsed)}/diff/{ApiClient.Part(parsed.GetValue(other)!)}", token),
            Comparison.Draw);
    }
}
