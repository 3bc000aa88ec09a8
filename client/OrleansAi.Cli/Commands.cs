using System.CommandLine;
using OrleansAi.Cli.Access;
using OrleansAi.Cli.Collections;
using OrleansAi.Cli.Conversations;
using OrleansAi.Cli.Gate;
using OrleansAi.Cli.Integrity;
using OrleansAi.Cli.Runs;
using OrleansAi.Cli.Server;
using OrleansAi.Cli.Vendors;

namespace OrleansAi.Cli;

/// <summary>All commands.</summary>
internal static class Commands
{
    public static RootCommand Create() => new("The command line of OrleansAi.")
    {
        GlobalOptions.Url,
        GlobalOptions.Key,
        GlobalOptions.Json,
        ChatCommand.Create(),
        RunsCommand.Create(),
        ConversationsCommand.Create(),
        CollectionsCommand.Create(),
        VendorsCommand.Create(),
        KeysCommand.Create(),
        VerifyCommand.Create(),
        ReplayCommand.Create(),
    };

    /// <summary>Gives a command what it does; what goes wrong becomes a line and an exit code.</summary>
    public static Command Does(this Command command, Func<Session, ParseResult, CancellationToken, Task<int>> action)
    {
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = new Session(parsed);
            try
            {
                return await action(session, parsed, cancellationToken);
            }
            catch (CliException exception)
            {
                session.WriteError(exception.Code, exception.Message);
                return exception.ExitCode;
            }
            catch (HttpRequestException exception)
            {
                session.WriteError("unreachable", $"{session.Url} cannot be reached: {exception.Message}");
                return ExitCodes.Unreachable;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                session.WriteError("interrupted", "Interrupted.");
                return ExitCodes.Interrupted;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                session.WriteError("io", exception.Message);
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    /// <summary>Gives a command that shows one answer of the server what it does.</summary>
    public static Command Shows(
        this Command command,
        Func<ApiClient, ParseResult, CancellationToken, Task<System.Text.Json.Nodes.JsonNode>> ask,
        Action<Session, System.Text.Json.Nodes.JsonNode> show) => command.Does(async (session, parsed, cancellationToken) =>
    {
        session.Write(await ask(session.Api, parsed, cancellationToken), show);
        return ExitCodes.Ok;
    });
}
