using System.Globalization;
using System.Reflection;

namespace OrleansAi.Storage.Migrations;

/// <summary>One step of the schema. Applied once, in the order of the numbers; never changed after a release.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Name">What it brings.</param>
/// <param name="Sql">The statements.</param>
internal sealed record Migration(int Number, string Name, string Sql)
{
    /// <summary>The migrations of a provider, in order.</summary>
    public static IReadOnlyList<Migration> Of(string provider)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var prefix = provider + "/";
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name => Read(assembly, name, name[prefix.Length..])),
        ];
    }

    private static Migration Read(Assembly assembly, string resource, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var underscore = name.IndexOf('_', StringComparison.Ordinal);
        return new Migration(
            int.Parse(name.AsSpan(0, underscore), CultureInfo.InvariantCulture), name[(underscore + 1)..], reader.ReadToEnd());
    }
}
