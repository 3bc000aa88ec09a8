using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace OrleansAi.Silo.Documentation;

/// <summary>The product's documentation, which is part of the program.</summary>
internal static class DocumentationFiles
{
    private const string Prefix = "documentation/";
    private static readonly Assembly Program = typeof(DocumentationFiles).Assembly;

    /// <summary>The files with their contents, in the order of their names.</summary>
    public static IReadOnlyList<(string Name, byte[] Content)> Read() =>
    [
        .. Program.GetManifestResourceNames()
            .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(static name => (name[Prefix.Length..], Content(name))),
    ];

    /// <summary>What tells one documentation from another; 64 lower-case hexadecimal digits.</summary>
    public static string HashOf(IReadOnlyList<(string Name, byte[] Content)> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, content) in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(SHA256.HashData(content));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[] Content(string name)
    {
        using var stream = Program.GetManifestResourceStream(name)!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
