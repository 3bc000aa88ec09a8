using System.CommandLine;
using System.Text.Json.Nodes;
using OrleansAi.Cli.Server;
using OrleansAi.Cli.Terminal;
using Spectre.Console;

namespace OrleansAi.Cli.Runs;

/// <summary><c>runs pin</c> and <c>runs unpin</c>: whether retention leaves a run.</summary>
internal static class PinCommands
{
    public static Command Pin(Argument<string> id) => Create("pin", "Keep a run's content, whatever the limits of retention say.", id);

    public static Command Unpin(Argument<string> id) => Create("unpin", "Leave a run's content to retention again.", id);

    private static Command Create(string name, string description, Argument<string> id) => new Command(name, description) { id }.Shows(
        (api, parsed, token) => api.PostAsync($"api/runs/{ApiClient.Part(parsed.GetValue(id)!)}/{name}", new JsonObject(), token),
        static (session, run) => session.Output.WriteLine($"{run.Text("id")} is {(run.Flag("pinned") ? "pinned" : "not pinned")}."));
}
