using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using OrleansAi.Cli.Server;
using OrleansAi.Cli.Terminal;
using Spectre.Console;

namespace OrleansAi.Cli.Access;

/// <summary><c>keys</c>: over the management API, for admins. The first admin's key comes from the silo's own command.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "API keys of the organisation; for admins.")
    {
        Make(),
        new Command("list", "All keys.").Shows(
            static (api, _, token) => api.GetAsync("api/keys", token),
            static (session, list) => Show.Table(
                session,
                list.List("data"),
                ("id", static key => key.Text("id")),
                ("role", static key => key.Text("role")),
                ("state", static key => State(key)),
                ("made", static key => Show.Time(key.Text("created_at"))),
                ("expires", static key => Show.Time(key.Text("expires_at"))),
                ("project", static key => key.Text("project")),
                ("name", static key => key.Text("name")))),
        Revoke(),
    };

    private static string State(JsonNode key) => key.Text("revoked_at") is not null ? "revoked"
        : key.Text("expires_at") is { } end && Has(end) ? "expired"
        : "good";

    private static bool Has(string end) =>
        (long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : DateTimeOffset.TryParse(end, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at
            : DateTimeOffset.MaxValue) <= TimeProvider.System.GetUtcNow();

    private static Command Make()
    {
        var role = new Option<string>("--role") { Description = "app, operator or admin.", DefaultValueFactory = static _ => "app" };
        role.AcceptOnlyFromAmong("app", "operator", "admin");
        Option<string?> project = new("--project") { Description = "The project's id; else the project of the key that asks." };
        Option<string?> name = new("--name") { Description = "What it is for." };
        Option<string?> expires = new("--expires") { Description = "When it ends, a time such as 2027-11-24T03:00:00Z; never without it." };
        Option<int?> requests = new("--requests-per-minute") { Description = "A limit of its own." };
        Option<int?> tokens = new("--tokens-per-minute") { Description = "A limit of its own." };
        Option<int?> runs = new("--concurrent-runs") { Description = "A limit of its own." };
        return new Command("create", "Make a key. It is shown this once: on standard output, alone.") { role, project, name, expires, requests, tokens, runs }.Shows(
            (api, parsed, token) =>
            {
                var body = new JsonObject { ["role"] = parsed.GetValue(role) };
                Add(body, "project", parsed.GetValue(project));
                Add(body, "name", parsed.GetValue(name));
                Add(body, "expires_at", parsed.GetValue(expires));
                var limits = new JsonObject();
                Add(limits, "requests_per_minute", parsed.GetValue(requests));
                Add(limits, "tokens_per_minute", parsed.GetValue(tokens));
                Add(limits, "concurrent_runs", parsed.GetValue(runs));
                if (limits.Count > 0)
                {
                    body["limits"] = limits;
                }

                return api.PostAsync("api/keys", body, token);
            },
            static (session, key) =>
            {
                session.Hint($"Made the key {key.Text("id")} with the role {key.Text("role")} for the project {key.Text("project")}. It is shown this once:");
                Console.Out.WriteLine(key.Text("key"));
            });
    }

    private static Command Revoke()
    {
        Argument<string> id = new("id") { Description = "The key's id." };
        return new Command("revoke", "Revoke a key.") { id }.Shows(
            (api, parsed, token) => api.PostAsync($"api/keys/{ApiClient.Part(parsed.GetValue(id)!)}/revoke", new JsonObject(), token),
            static (session, key) => session.Output.WriteLine($"Revoked {Show.Safe(key.Text("id"))}; within a second no process accepts it."));
    }

    private static void Add(JsonObject body, string name, JsonNode? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }
}
