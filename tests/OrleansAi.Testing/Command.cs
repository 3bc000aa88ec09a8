using System.Diagnostics;

namespace OrleansAi.Testing;

/// <summary>Programs that are run to their end.</summary>
public static class Command
{
    /// <summary>Runs a program; it and all that it has started are killed when it takes too long.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="directory">Where it is started.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="environment">Variables besides those of this process.</param>
    /// <returns>Its exit code, and all it wrote.</returns>
    /// <exception cref="TimeoutException">It took too long; the message has what it wrote until then.</exception>
    public static async Task<(int Code, string Output)> RunAsync(
        IReadOnlyList<string> command, string directory, TimeSpan patience, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            throw new TimeoutException($"'{string.Join(' ', command)}' did not end within {patience}:\n{await output}\n{await errors}");
        }

        return (process.ExitCode, $"{await output}\n{await errors}");
    }
}
