using System.Security.Cryptography;
using System.Text;

namespace OrleansAi.Silo.Configuration;

/// <summary>
/// A hash of the configuration that decides how runs go, so that two runs can be told to have been carried out by the same one.
/// Where a silo listens and stores is no part of it, and no secret is.
/// </summary>
internal static class ConfigurationHash
{
    private const int Digits = 12;

    private static readonly string[] Sections = ["Conversations:", "Vendors:", "Models:", "Embeddings:", "Drift:"];

    /// <summary>The hash of a configuration, twelve hexadecimal digits.</summary>
    public static string Of(IConfiguration configuration)
    {
        var lines = configuration.GetSection("OrleansAi").AsEnumerable(makePathsRelative: true)
            .Where(static pair => pair.Value is not null && !IsSecret(pair.Key)
                && Sections.Any(section => pair.Key.StartsWith(section, StringComparison.OrdinalIgnoreCase)))
            .Select(static pair => $"{pair.Key.ToLowerInvariant()}={pair.Value}")
            .Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))))[..Digits];
    }

    private static bool IsSecret(string key) => key.Contains("ApiKey", StringComparison.OrdinalIgnoreCase);
}
