using System.Buffers.Text;
using System.Security.Cryptography;

namespace OrleansAi.Access.Keys;

/// <summary>
/// A key as text: <c>oai_sk_</c>, eight characters that name it, <c>_</c>, and 256 random bits as base64url. The text is
/// shown once and kept nowhere; logs and lists have the eight characters alone.
/// </summary>
public static class KeyText
{
    /// <summary>What every key begins with, so that scanners for leaked secrets find it.</summary>
    public const string Prefix = "oai_sk_";

    /// <summary>The number of characters of an id.</summary>
    public const int IdLength = 8;

    private const int SecretBytes = 32;
    private const int SecretLength = 43;
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>A new key. Its randomness is a secret, so it does not come from the source that a replay could repeat.</summary>
    public static (string Id, string Text) Make()
    {
        var id = RandomNumberGenerator.GetString(Alphabet, IdLength);
        Span<byte> secret = stackalloc byte[SecretBytes];
        RandomNumberGenerator.Fill(secret);
        var text = $"{Prefix}{id}_{Base64Url.EncodeToString(secret)}";
        CryptographicOperations.ZeroMemory(secret);
        return (id, text);
    }

    /// <summary>The id that a text claims, or empty when it has not the form of a key.</summary>
    public static string IdOf(string text) =>
        text.Length == Prefix.Length + IdLength + 1 + SecretLength
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text[Prefix.Length + IdLength] == '_'
            ? text.Substring(Prefix.Length, IdLength)
            : "";
}
