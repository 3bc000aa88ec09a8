using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using OrleansAi.Engine.Integrity;
using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;
using OrleansAi.Storage;

namespace OrleansAi.Cli.Integrity;

/// <summary><c>verify</c>: looks the journal over, straight in the store, whether silos run or not. It writes nothing.</summary>
internal static class VerifyCommand
{
    private const string ProviderVariable = "OrleansAi__Storage__Provider";
    private const string ConnectionVariable = "OrleansAi__Storage__ConnectionString";

    public static Command Create()
    {
        var provider = new Option<string>("--provider")
        {
            Description = $"Sqlite or PostgreSql; else {ProviderVariable}, else Sqlite.",
            DefaultValueFactory = static _ => Environment.GetEnvironmentVariable(ProviderVariable) ?? "Sqlite",
        };
        provider.AcceptOnlyFromAmong("Sqlite", "PostgreSql");
        Option<string> connection = new("--connection-string")
        {
            Description = $"Where the store is; else {ConnectionVariable}, else the SQLite file data/orleansai.db below the present directory.",
            DefaultValueFactory = static _ => Environment.GetEnvironmentVariable(ConnectionVariable) ?? "Data Source=data/orleansai.db",
        };
        Option<string?> tenant = new("--tenant") { Description = "One tenant alone." };
        Option<string?> stream = new("--stream") { Description = "One stream alone: TENANT/ID." };
        var command = new Command("verify", "Is the journal what was written? Exit code 3 when it is not.") { provider, connection, tenant, stream };
        command.Validators.Add(result =>
        {
            if (result.GetValue(tenant) is not null && result.GetValue(stream) is not null)
            {
                result.AddError("--tenant and --stream do not go together.");
            }
        });
        return command.Does((session, parsed, cancellationToken) => VerifyAsync(
            session, parsed.GetValue(provider)!, parsed.GetValue(connection)!, new IntegrityScope(parsed.GetValue(tenant), parsed.GetValue(stream)), cancellationToken));
    }

    private static async Task<int> VerifyAsync(
        Session session, string provider, string connection, IntegrityScope scope, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection().AddLogging();
        if (provider == "PostgreSql")
        {
            services.AddOrleansAiPostgreSqlStorage(connection);
        }
        else
        {
            services.AddOrleansAiSqliteStorage(connection);
        }

        try
        {
            await using var store = services.BuildServiceProvider();
            var report = await Terminal.Work.RunAsync(session, "Looking the journal over", null, _ => new JournalVerifier(store.GetRequiredService<IIntegritySource>())
                .VerifyAsync(scope, injury => Console.Out.WriteLine(session.IsJson ? IntegrityLines.ToJson(injury) : Terminal.Show.Safe(IntegrityLines.ToText(injury))), cancellationToken));
            Console.Out.WriteLine(session.IsJson ? IntegrityLines.ToJson(report) : IntegrityLines.ToText(report));
            return report.IsSound ? ExitCodes.Ok : ExitCodes.Found;
        }
        catch (JournalException exception)
        {
            throw new CliException(ExitCodes.Failed, "storage_unavailable", $"The storage cannot be verified: {exception.Message}");
        }
        catch (ArgumentException exception)
        {
            throw new CliException(ExitCodes.Usage, "invalid_connection_string", $"--connection-string is not one: {exception.Message}");
        }
    }
}
