using Spectre.Console;

namespace OrleansAi.Cli.Terminal;

/// <summary>Where text goes.</summary>
internal static class Consoles
{
    // Ids and hashes that a table breaks in two cannot be searched for.
    private const int WidthOfFiles = 240;

    public static IAnsiConsole For(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (isRedirected)
        {
            console.Profile.Width = WidthOfFiles;
        }

        return console;
    }
}
