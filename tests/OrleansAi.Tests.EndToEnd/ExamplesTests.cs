using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>What docs/examples.md tells its readers to do.</summary>
public sealed partial class ExamplesTests(PostgreSqlFixture postgreSql) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-examples-").FullName;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return default;
    }

    [Theory]
    [InlineData("bash", 0, "What is my cat called?")]
    [InlineData("bash", 1, "response.completed")]
    [InlineData("bash", 2, "Take your time.")]
    [InlineData("bash", 3, "\"model\":\"lexical-1\"")]
    [InlineData("bash", 4, "Ada likes straße.")]
    [InlineData("csharp", 0, "What is my cat called?")]
    [InlineData("csharp", 1, "Say hello.")]
    public async Task Example_AsItStands_Works(string language, int index, string expected)
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        await using var silo = await deployment.StartAsync();
        var text = Block().Matches(await File.ReadAllTextAsync(Deployment.PathOf("docs", "examples.md")))
            .Where(block => block.Groups[1].Value == language).ElementAt(index).Groups[2].Value;
        var file = Path.Combine(_directory, language == "bash" ? "example.sh" : "example.cs");
        await File.WriteAllTextAsync(file, text);
        var (code, output) = await RunAsync(language == "bash" ? ["bash", "-euo", "pipefail", file] : ["dotnet", "run", file], silo.Url);
        Assert.True(code == 0, output);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output)> RunAsync(string[] command, string url)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = _directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ORLEANSAI_URL"] = url;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, await output + await errors);
    }

    [GeneratedRegex("```(bash|csharp|typescript)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
