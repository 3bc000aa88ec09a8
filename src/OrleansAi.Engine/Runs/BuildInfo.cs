using System.Reflection;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Engine.Runs;

/// <summary>What this process is: its build, and a hash of what is configured.</summary>
/// <param name="Version">The version.</param>
/// <param name="Commit">The commit; null where the build does not know.</param>
/// <param name="Configuration">The hash; null where the host gives none.</param>
public sealed record BuildInfo(string Version, string? Commit, string? Configuration)
{
    private const int CommitLength = 12;

    /// <summary>This build, without a configuration.</summary>
    public static BuildInfo Current { get; } = Parse(
        typeof(BuildInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0");

    /// <summary>What an activation carries out.</summary>
    public ExecutionOrigin Of(string activation) =>
        new() { Version = Version, Commit = Commit, Configuration = Configuration, Activation = activation };

    // The compiler writes the commit behind a plus, where there is one.
    internal static BuildInfo Parse(string text)
    {
        var parts = text.Split('+', 2);
        return new BuildInfo(parts[0], parts.Length > 1 ? parts[1][..Math.Min(CommitLength, parts[1].Length)] : null, null);
    }
}
