using System.Globalization;

namespace OrleansAi.Cli.Runs;

/// <summary>Times as they are typed.</summary>
internal static class Moment
{
    /// <summary>A time for the server: one that was typed as it is, or the instant so long ago.</summary>
    /// <exception cref="CliException">It is neither.</exception>
    public static string? Parse(string option, string? text)
    {
        if (text is null or "")
        {
            return null;
        }

        if (double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && Unit(text[^1]) is { } unit && amount * unit.TotalDays < 36_500)
        {
            return (TimeProvider.System.GetUtcNow() - (amount * unit)).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)
            : throw new CliException(
                ExitCodes.Usage, "invalid_time", $"{option} is '{text}'; it must be a time such as 2026-11-24T03:00:00Z, or how long ago, such as 90m, 24h or 7d.");
    }

    private static TimeSpan? Unit(char letter) => letter switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        _ => null,
    };
}
