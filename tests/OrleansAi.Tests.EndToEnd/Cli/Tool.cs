using System.Diagnostics;
using System.Text.Json.Nodes;
using OrleansAi.Testing;

namespace OrleansAi.Tests.EndToEnd.Cli;

/// <summary>What the tool did.</summary>
internal sealed record ToolResult(int Code, string Output, string Errors)
{
    public JsonNode Json => JsonNode.Parse(Output) ?? throw new InvalidOperationException("Nothing was written.");
}

/// <summary>The built tool, run as a process.</summary>
internal static class Tool
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs it against a server.</summary>
    public static Task<ToolResult> RunAsync(string url, params string[] arguments) => RunAsync(url, "", [], arguments);

    /// <summary>Runs it with something on its standard input and variables in its environment.</summary>
    public static async Task<ToolResult> RunAsync(string url, string input, (string Name, string Value)[] environment, params string[] arguments)
    {
        var start = ProductProgram.Start(Deployment.CliAssembly, arguments);
        start.RedirectStandardInput = true;
        start.Environment["ORLEANSAI_URL"] = url;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Patience);
        return new ToolResult(process.ExitCode, await output, await errors);
    }
}
