using System.Globalization;
using OrleansAi.Contracts.Errors;

namespace OrleansAi.Silo.Commands;

/// <summary>
/// What follows a command: words, options (<c>--role admin</c>) and configuration (<c>--OrleansAi:Storage:Provider=Sqlite</c>).
/// </summary>
internal sealed class CommandLine
{
    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);
    private readonly HashSet<string> _flags = new(StringComparer.Ordinal);
    private readonly List<string> _words = [];
    private readonly List<string> _configuration = [];

    /// <summary>Takes the arguments apart.</summary>
    /// <param name="args">The arguments after the command's name.</param>
    /// <param name="flags">The options that have no value, without their dashes.</param>
    /// <param name="known">The options that have one.</param>
    /// <exception cref="OrleansAiException">An option is unknown or has no value.</exception>
    public CommandLine(IReadOnlyList<string> args, IReadOnlyList<string> flags, params IReadOnlyList<string> known)
    {
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                _words.Add(args[i]);
                continue;
            }

            if (flags.Contains(args[i][2..]))
            {
                _flags.Add(args[i][2..]);
                continue;
            }

            var (name, value) = args[i].IndexOf('=', StringComparison.Ordinal) is var at and > 0
                ? (args[i][2..at], args[i][(at + 1)..])
                : (args[i][2..], i + 1 < args.Count ? args[++i] : throw Wrong($"--{args[i][2..]} needs a value."));
            if (name.Contains(':', StringComparison.Ordinal))
            {
                _configuration.Add($"--{name}={value}");
            }
            else if (known.Contains(name))
            {
                _options[name] = value;
            }
            else
            {
                throw Wrong($"--{name} is no option of this command; it has {string.Join(", ", known.Concat(flags).Select(static option => $"--{option}"))}.");
            }
        }
    }

    /// <summary>What is neither an option nor configuration.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>What is configuration, as the configuration's own reader takes it.</summary>
    public string[] Configuration => [.. _configuration];

    /// <summary>An option, or null.</summary>
    public string? Text(string name) => _options.GetValueOrDefault(name);

    /// <summary>True when an option without a value is there.</summary>
    public bool Has(string flag) => _flags.Contains(flag);

    /// <summary>An option that is a whole number of at least 1, or null.</summary>
    public int? Number(string name) => Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 ? number
        : throw Wrong($"--{name} is '{text}'; it must be a whole number of at least 1.");

    /// <summary>A refusal of what was typed.</summary>
    public static OrleansAiException Wrong(string message) => new(ErrorCodes.InvalidRequest, message);
}
