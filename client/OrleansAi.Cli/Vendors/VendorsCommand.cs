using System.CommandLine;
using OrleansAi.Cli.Server;
using OrleansAi.Cli.Terminal;
using Spectre.Console;

namespace OrleansAi.Cli.Vendors;

/// <summary><c>vendors</c>: how they are, and what to do.</summary>
internal static class VendorsCommand
{
    public static Command Create()
    {
        Argument<string?> name = new("name") { Description = "One vendor, with all that is known of it.", Arity = ArgumentArity.ZeroOrOne };
        return new Command("vendors", "How the vendors are, why, since when, and what to do.") { name }.Shows(
            (api, parsed, token) => api.GetAsync(parsed.GetValue(name) is { } one ? $"api/vendors/{ApiClient.Part(one)}" : "api/vendors", token),
            static (session, answer) =>
            {
                if (answer["data"] is null)
                {
                    Show.Fields(session, answer);
                    return;
                }

                Show.Table(
                    session,
                    answer.List("data").SelectMany(static vendor => vendor.List("models").Select(model =>
                    {
                        var row = model.DeepClone();
                        row["vendor"] = vendor.Text("name");
                        row["kind"] = vendor.Text("kind");
                        return row;
                    })),
                    ("vendor", static row => row.Text("vendor")),
                    ("kind", static row => row.Text("kind")),
                    ("model", static row => row.Text("model")),
                    ("operation", static row => row.Text("operation")),
                    ("state", static row => row.Text("state")),
                    ("calls 5m", static row => row.Text("calls_5m")),
                    ("failed 5m", static row => row.Text("failures_5m")),
                    ("contract", static row => row.Text("contract")));
                foreach (var vendor in answer.List("data").Where(static vendor => vendor.Text("what_to_do") is { Length: > 0 }))
                {
                    session.Output.MarkupLineInterpolated(
                        $"[bold]{Show.Safe(vendor.Text("name"))}[/]: {Show.Safe(vendor.Text("why"))} [yellow]{Show.Safe(vendor.Text("what_to_do"))}[/]");
                }
            });
    }
}
