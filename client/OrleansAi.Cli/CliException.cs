namespace OrleansAi.Cli;

/// <summary>Something that the user is told in one line.</summary>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="code">A stable name: the server's, or the tool's own.</param>
/// <param name="message">What happened and what to do.</param>
internal sealed class CliException(int exitCode, string code, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public string Code { get; } = code;
}
