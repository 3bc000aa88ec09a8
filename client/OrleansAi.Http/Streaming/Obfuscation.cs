using System.Security.Cryptography;
using System.Text;

namespace OrleansAi.Http.Streaming;

/// <summary>
/// Padding that hides the lengths of a stream's pieces from who listens to the connection; sent only when it was asked for
/// (<c>include_obfuscation</c>).
/// </summary>
internal static class Obfuscation
{
    private const int Block = 16;

    /// <summary>Fills a text up to the next multiple of 16 bytes.</summary>
    public static string For(string text) =>
        RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", Block - (Encoding.UTF8.GetByteCount(text) % Block));
}
