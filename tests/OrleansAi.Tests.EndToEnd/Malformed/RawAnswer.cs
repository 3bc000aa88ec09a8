using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrleansAi.Tests.EndToEnd.Malformed;

/// <summary>The answer to bytes that were sent as they are.</summary>
/// <param name="Status">The status; 0 for a connection that ended without one.</param>
/// <param name="Body">The body as text.</param>
internal sealed partial record RawAnswer(int Status, string Body)
{
    /// <summary>The stable code: of OpenAI's shape, or of problem details.</summary>
    public string? Code => Json is not { } json ? null
        : json["error"] is JsonObject error && IsText(error, "message") && IsText(error, "type") ? (string?)error["code"]
        : IsText(json, "detail") && IsText(json, "title") && (int?)json["status"] == Status ? (string?)json["code"]
        : null;

    private JsonObject? Json => Body.StartsWith('{') ? JsonNode.Parse(Body) as JsonObject : null;

    /// <summary>
    /// Sends a request on a connection of its own and reads the answer to its end. A server that refuses early closes while the
    /// rest is still on its way, and the reset that follows may overtake the answer: that is no answer, and is tried once more.
    /// </summary>
    public static async Task<RawAnswer> OfAsync(string url, byte[] request) =>
        await OnceAsync(url, request) is { Status: not 0 } answer ? answer : await OnceAsync(url, request);

    private static async Task<RawAnswer> OnceAsync(string url, byte[] request)
    {
        using var socket = await RawSocket.OpenAsync(url);
        var reading = RawSocket.ReadToEndAsync(socket, IsWhole);
        try
        {
            await socket.SendAsync(request);
        }
        catch (SocketException)
        {
            // Refused before it was sent to its end.
        }

        return Parse(Encoding.UTF8.GetString(await reading));
    }

    // Not every refused connection is closed.
    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var head = Encoding.ASCII.GetString(answer[..end]);
        return head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)
            ? answer.EndsWith("\r\n0\r\n\r\n"u8)
            : Length().Match(head) is { Success: true } length
                && answer.Length >= end + 4 + int.Parse(length.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    private static RawAnswer Parse(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0 || !text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
        {
            return new RawAnswer(0, text);
        }

        var (head, body) = (text[..end], text[(end + 4)..]);
        if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            body = Join(Encoding.UTF8.GetBytes(body));
        }

        return new RawAnswer(int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture), body);
    }

    private static string Join(byte[] chunks)
    {
        using var all = new MemoryStream();
        var at = 0;
        while (at < chunks.Length)
        {
            var line = Array.IndexOf(chunks, (byte)'\n', at);
            var length = int.Parse(Encoding.ASCII.GetString(chunks, at, line - at).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length == 0)
            {
                break;
            }

            all.Write(chunks, line + 1, length);
            at = line + 1 + length + 2;
        }

        return Encoding.UTF8.GetString(all.ToArray());
    }

    private static bool IsText(JsonObject json, string name) => json[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0;

    [GeneratedRegex("^Content-Length: ([0-9]{1,9})\r?$", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Length();
}
