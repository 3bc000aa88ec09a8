using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>
/// What our own code logged in this process, and the errors of all other: the number of the event, its level and its text.
/// </summary>
internal sealed class CapturedLogs : ILoggerProvider
{
    private readonly ConcurrentQueue<(int Event, LogLevel Level, string Text)> _lines = new();

    public IReadOnlyCollection<(int Event, LogLevel Level, string Text)> Lines => _lines;

    /// <summary>Everything that is an error.</summary>
    public IEnumerable<string> Errors => _lines.Where(static line => line.Level >= LogLevel.Error).Select(static line => line.Text);

    public int CountOf(int number) => _lines.Count(line => line.Event == number);

    public ILogger CreateLogger(string categoryName) =>
        new Logger(_lines, categoryName.StartsWith("OrleansAi", StringComparison.Ordinal) ? LogLevel.Debug : LogLevel.Error);

    public void Dispose()
    {
    }

    private sealed class Logger(ConcurrentQueue<(int, LogLevel, string)> lines, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                lines.Enqueue((eventId.Id, logLevel, $"{formatter(state, exception)} {exception}"));
            }
        }
    }
}
