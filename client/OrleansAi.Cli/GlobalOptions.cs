using System.CommandLine;

namespace OrleansAi.Cli;

/// <summary>What every command understands.</summary>
internal static class GlobalOptions
{
    public static readonly Option<string> Url = new("--url")
    {
        Description = "The front; else ORLEANSAI_URL, else http://localhost:5080.",
        Recursive = true,
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable("ORLEANSAI_URL") is { Length: > 0 } url ? url : "http://localhost:5080",
    };

    public static readonly Option<string?> Key = new("--key")
    {
        Description = "The API key; else ORLEANSAI_API_KEY. A key on a command line can be read by others on the machine.",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Write JSON, for programs.",
        Recursive = true,
    };
}
