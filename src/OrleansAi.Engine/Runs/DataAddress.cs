using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Engine.Runs;

/// <summary>Bytes in base 64, bare or as a <c>data:</c> address (RFC 2397).</summary>
internal static class DataAddress
{
    /// <summary>The media type, where it is said, and the bytes in base 64.</summary>
    public static (string? MediaType, string Data) Parse(string text)
    {
        if (!text.StartsWith("data:", StringComparison.OrdinalIgnoreCase) || text.IndexOf(',', StringComparison.Ordinal) is not (> 0 and var comma))
        {
            return (null, text);
        }

        var head = text.AsSpan(5, comma - 5);
        var end = head.IndexOf(';');
        var type = end < 0 ? head : head[..end];
        return (type.IsEmpty ? null : type.ToString(), text[(comma + 1)..]);
    }

    /// <summary>The media type that a file's name tells.</summary>
    public static string TypeOf(string? fileName, ContentPartKind kind) => Path.GetExtension(fileName)?.ToLowerInvariant() switch
    {
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".gif" => "image/gif",
        ".webp" => "image/webp",
        ".pdf" => "application/pdf",
        ".txt" or ".md" => "text/plain",
        ".json" => "application/json",
        ".csv" => "text/csv",
        ".html" => "text/html",
        _ => kind == ContentPartKind.InputImage ? "image/png" : "application/octet-stream",
    };
}
