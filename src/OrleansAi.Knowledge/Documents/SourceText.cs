using System.Text;

namespace OrleansAi.Knowledge.Documents;

/// <summary>Bytes to text. What cannot be decoded is an error: a guess would be searched and cited.</summary>
internal static class SourceText
{
    private const int Sniffed = 8_192;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>True when the bytes are no text of an encoding that has a mark, and have a zero among them.</summary>
    public static bool IsBinary(ReadOnlySpan<byte> bytes) =>
        Marked(bytes) is null && bytes[..Math.Min(bytes.Length, Sniffed)].Contains((byte)0);

    public static string Decode(DocumentSource source, DocumentKind kind)
    {
        var bytes = source.Bytes.Span;
        var (encoding, mark) = Marked(bytes) is { } marked ? marked : (Declared(source, kind) ?? Utf8, 0);
        try
        {
            var text = encoding.GetString(bytes[mark..]);
            return text.Contains('\0', StringComparison.Ordinal)
                ? throw DocumentErrors.Invalid("The text has zero characters in it; it is not text.")
                : text;
        }
        catch (DecoderFallbackException exception)
        {
            throw DocumentErrors.Invalid(
                $"The text is not valid {encoding.WebName} at byte {exception.Index + mark}. Send it as UTF-8, or name its charset in the media type.");
        }
    }

    private static (Encoding Encoding, int Mark)? Marked(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? (Utf8, 3)
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) ? (new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true), 2)
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? (new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true), 2)
        : null;

    private static Encoding? Declared(DocumentSource source, DocumentKind kind)
    {
        var declaration = source.MediaType ?? "";
        if (Charset(declaration) is null && kind == DocumentKind.Html)
        {
            // A page may say it in itself, within its first kilobyte (HTML standard, 13.2.3.2).
            declaration = Encoding.Latin1.GetString(source.Bytes.Span[..Math.Min(source.Bytes.Length, 1_024)]);
        }

        if (Charset(declaration) is not { } name)
        {
            return null;
        }

        // What pages call latin1 is windows-1252 (Encoding standard, 4.2).
        var known = name is "latin1" or "iso-8859-1" or "us-ascii" or "ascii" ? "windows-1252" : name;
        try
        {
            var (onError, onUnknown) = (DecoderFallback.ExceptionFallback, EncoderFallback.ExceptionFallback);
            return CodePagesEncodingProvider.Instance.GetEncoding(known, onUnknown, onError) ?? Encoding.GetEncoding(known, onUnknown, onError);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw DocumentErrors.Invalid("The text declares a charset that is not known. Send it as UTF-8.", exception);
        }
    }

    private static string? Charset(string declaration)
    {
        var at = declaration.IndexOf("charset=", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return null;
        }

        var value = declaration.AsSpan(at + "charset=".Length).TrimStart("\"' ");
        var end = value.IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:.");
        return (end < 0 ? value : value[..end]) is { Length: > 0 and <= 40 } name ? name.ToString().ToLowerInvariant() : null;
    }
}
