using System.Security.Cryptography;
using System.Text;
using OrleansAi.Contracts.Access;

namespace OrleansAi.Access.Keys;

/// <summary>
/// Turns a key's text into what is stored of it: HMAC-SHA256 under a secret that is in the configuration and not in the
/// database, so that neither alone is worth anything to a thief. A key has 256 random bits, hence no slow hash is needed.
/// </summary>
/// <param name="hashKey">The secret; at least <see cref="LeastLength"/> characters.</param>
public sealed class KeyHasher(string hashKey)
{
    /// <summary>The fewest characters of the secret.</summary>
    public const int LeastLength = 32;

    private readonly byte[] _hashKey = Encoding.UTF8.GetBytes(hashKey);

    /// <summary>The keyed hash of a key's text, 32 bytes.</summary>
    public byte[] Hash(string text) => HMACSHA256.HashData(_hashKey, Encoding.UTF8.GetBytes(text));

    /// <summary>What a text proves. A text of any form is hashed, so that the form cannot be told from the time.</summary>
    public KeyProof Prove(string text) => new() { Id = KeyText.IdOf(text), Hash = Hash(text) };
}
