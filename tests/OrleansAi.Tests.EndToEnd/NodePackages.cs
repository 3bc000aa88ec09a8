using OrleansAi.Testing;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>The npm packages of <c>tests/node-clients</c>, installed once for all tests that need them.</summary>
internal static class NodePackages
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    /// <summary>Where the clients' programs and packages are.</summary>
    public static string Folder => Deployment.PathOf("tests", "node-clients");

    /// <summary>Ends when the packages are there.</summary>
    public static Task InstalledAsync() => Installed.Value;

    private static async Task InstallAsync()
    {
        var (code, output) = await Command.RunAsync(["npm", "ci", "--no-audit", "--no-fund", "--prefer-offline"], Folder, Patience);
        if (code != 0)
        {
            throw new InvalidOperationException($"npm ci failed: {output}");
        }
    }
}
