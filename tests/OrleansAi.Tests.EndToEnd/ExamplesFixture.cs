using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>A silo for the programs of docs/examples.md, and a folder in which they find what their readers were told to install.</summary>
public sealed class ExamplesFixture(PostgreSqlFixture postgreSql) : IAsyncLifetime
{
    // The first program of each language restores its packages, from the network if need be.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-examples-").FullName;
    private Deployment? _deployment;
    private SiloProcess? _silo;

    public async ValueTask InitializeAsync()
    {
        _deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        _silo = await _deployment.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _deployment!.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Saves a program and runs it as the document says.</summary>
    public async Task<(int Code, string Output)> RunAsync(string language, int index, string text)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_directory, $"{language}-{index}")).FullName;
        var (name, command) = language switch
        {
            "bash" => ("example.sh", new[] { "bash", "-euo", "pipefail", "example.sh" }),
            "csharp" => ("example.cs", ["dotnet", "run", "example.cs"]),
            _ => ("example.mts", ["npx", "tsx", "example.mts"]),
        };
        if (language == "typescript")
        {
            await NodePackages.InstalledAsync();
            Directory.CreateSymbolicLink(Path.Combine(directory, "node_modules"), Path.Combine(NodePackages.Folder, "node_modules"));
        }

        await File.WriteAllTextAsync(Path.Combine(directory, name), text);
        return await Command.RunAsync(command, directory, Patience, ("ORLEANSAI_URL", _silo!.Url));
    }
}
