using System.Text.Json;
using System.Text.Unicode;

namespace OrleansAi.Http.Runs;

/// <summary>What the bytes of an exchange are: the recorded bytes say it themselves.</summary>
internal static class ExchangeText
{
    /// <summary>The media type of an answer.</summary>
    public static string MediaTypeOf(ReadOnlySpan<byte> bytes)
    {
        var start = bytes.TrimStart(" \r\n\t"u8);
        return start.StartsWith("data:"u8) || start.StartsWith("event:"u8) || start.StartsWith("id:"u8) || start.StartsWith(":"u8)
            ? "text/event-stream"
            : !start.StartsWith("{"u8) && !start.StartsWith("["u8) ? "application/octet-stream"
            : IsOneValue(start) ? "application/json"
            : "application/x-ndjson";
    }

    /// <summary>True when the bytes are text in UTF-8.</summary>
    public static bool IsText(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes);

    // Lines of JSON are several values, and so is what was cut none.
    private static bool IsOneValue(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 1_024 });
        try
        {
            return reader.Read() && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
