using System.Security.Cryptography;

namespace OrleansAi.Engine.Sealing;

/// <summary>
/// The keys to one stream's content: a tree with a key for every unit of every record, and the secret under which equal long
/// texts come out equal, so that they are stored once. Its stored form grows by about 20 bytes for each place that borders on
/// a destroyed one: some 150 for a lone item, nothing for a run next to one that was destroyed before.
/// </summary>
/// <remarks>Immutable but for what <see cref="KeyTree"/> remembers; not for several threads at once.</remarks>
public sealed class Keyring
{
    private const byte Version = 1;
    private const int SecretBytes = KeyTree.SeedBytes;

    private readonly KeyTree? _tree;
    private readonly byte[] _secret;

    private Keyring(KeyTree? tree, byte[] secret)
    {
        _tree = tree;
        _secret = secret;
    }

    /// <summary>The keyring of a stream whose content is destroyed as a whole.</summary>
    public static Keyring Destroyed { get; } = new(null, []);

    /// <summary>True when there is no key any more.</summary>
    public bool IsDestroyed => _tree is null;

    /// <summary>How many seeds are kept.</summary>
    public int Count => _tree?.Count ?? 0;

    internal ReadOnlySpan<byte> Secret => _secret;

    /// <summary>New keys.</summary>
    public static Keyring New() => new(KeyTree.New(), RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>Reads what <see cref="ToBytes"/> has written.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static Keyring Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return Destroyed;
        }

        if (bytes[0] != Version || bytes.Length < 1 + SecretBytes)
        {
            throw new InvalidDataException($"The keys have the unknown form {bytes[0]}; a newer build wrote them.");
        }

        return new Keyring(KeyTree.Read(bytes[(1 + SecretBytes)..]), bytes.Slice(1, SecretBytes).ToArray());
    }

    /// <summary>The stored form; empty when all is destroyed.</summary>
    public byte[] ToBytes()
    {
        if (_tree is null)
        {
            return [];
        }

        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Version);
        writer.Write(_secret);
        _tree.Write(writer);
        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Derives the key of a unit.</summary>
    /// <returns>False when it is destroyed.</returns>
    public bool TryDerive(long position, int unit, Span<byte> key) =>
        _tree is not null && _tree.TryDerive(KeyPath.OfUnit(position, unit), key);

    /// <summary>The keyring without some keys.</summary>
    /// <param name="places">The units and records whose keys are destroyed.</param>
    public Keyring Without(params IEnumerable<KeyPath> places) => _tree is null
        ? this
        : new Keyring(places.Aggregate(_tree, static (tree, place) => tree.Without(place)), _secret);

    /// <summary>
    /// The keyring with another secret: whether a long text that was destroyed is the one that somebody guesses can then not
    /// be found out any more. Long texts that come again are stored once more.
    /// </summary>
    public Keyring WithNewSecret() => _tree is null ? this : new Keyring(_tree, RandomNumberGenerator.GetBytes(SecretBytes));
}
