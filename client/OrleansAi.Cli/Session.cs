using System.CommandLine;
using System.Text.Json.Nodes;
using OrleansAi.Cli.Server;
using OrleansAi.Cli.Terminal;
using Spectre.Console;

namespace OrleansAi.Cli;

/// <summary>One call of the tool: where the server is, and where answers go.</summary>
internal sealed class Session : IDisposable
{
    private readonly Lazy<ApiClient> _api;

    public Session(ParseResult parsed)
    {
        Url = parsed.GetValue(GlobalOptions.Url)!;
        IsJson = parsed.GetValue(GlobalOptions.Json);
        var key = parsed.GetValue(GlobalOptions.Key) ?? Environment.GetEnvironmentVariable("ORLEANSAI_API_KEY");
        _api = new Lazy<ApiClient>(() => ApiClient.Create(Url, key));
        Output = Consoles.For(Console.Out, Console.IsOutputRedirected);
        Errors = Consoles.For(Console.Error, Console.IsErrorRedirected);
    }

    /// <summary>Where the server is.</summary>
    public string Url { get; }

    /// <summary>True when answers are for programs.</summary>
    public bool IsJson { get; }

    /// <summary>The server.</summary>
    public ApiClient Api => _api.Value;

    /// <summary>Where answers go.</summary>
    public IAnsiConsole Output { get; }

    /// <summary>Where everything else goes: errors, hints, progress.</summary>
    public IAnsiConsole Errors { get; }

    /// <summary>Writes an answer: as it is for a program, else as a reader wants it.</summary>
    public void Write(JsonNode answer, Action<Session, JsonNode> show)
    {
        if (IsJson)
        {
            WriteJson(answer);
        }
        else
        {
            show(this, answer);
        }
    }

    /// <summary>Writes JSON to standard output.</summary>
    public static void WriteJson(JsonNode answer) => Console.Out.WriteLine(Json.Indented(answer));

    /// <summary>Tells what went wrong.</summary>
    public void WriteError(string code, string message)
    {
        if (IsJson)
        {
            Console.Error.WriteLine(Json.Line(new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } }));
        }
        else
        {
            Errors.MarkupLineInterpolated($"[red]{Show.Safe(message)}[/] [grey]({Show.Safe(code)})[/]");
        }
    }

    /// <summary>Says something beside the answer.</summary>
    public void Hint(string text)
    {
        if (!IsJson)
        {
            Errors.MarkupLineInterpolated($"[grey]{Show.Safe(text)}[/]");
        }
    }

    public void Dispose()
    {
        if (_api.IsValueCreated)
        {
            _api.Value.Dispose();
        }
    }
}
