namespace OrleansAi.Contracts.Conversations;

/// <summary>The last line of an archive.</summary>
public static class ArchiveEnd
{
    /// <summary>The line.</summary>
    /// <param name="lines">How many lines there are before it.</param>
    /// <param name="hash">SHA-256 of all of them, each with its line feed.</param>
    public static string Line(long lines, ReadOnlySpan<byte> hash) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $$"""{"type":"end","lines":{{lines}},"sha256":"{{Convert.ToHexStringLower(hash)}}"}""");
}
