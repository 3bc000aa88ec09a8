using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;

namespace OrleansAi.Engine.Retention;

/// <summary>The tenants that the journal has anything of.</summary>
public static class TenantNames
{
    // The character behind the slash that ends a tenant's name in those of its streams.
    private const char BehindSlash = '0';

    /// <summary>Reads them: one look at an index for each.</summary>
    /// <exception cref="JournalException">The store cannot be read.</exception>
    public static async Task<IReadOnlyList<string>> ReadAsync(IIntegritySource source, CancellationToken cancellationToken)
    {
        await using var view = await source.OpenAsync(cancellationToken);
        var tenants = new List<string>();
        for (var after = ""; await view.NextStreamAsync(after, cancellationToken) is { } stream;)
        {
            var slash = stream.IndexOf('/', StringComparison.Ordinal);
            if (slash <= 0)
            {
                // No name of ours; it is named by a look over the journal.
                after = stream;
                continue;
            }

            after = stream[..slash] + BehindSlash;
            if (stream[0] != '$')
            {
                tenants.Add(stream[..slash]);
            }
        }

        return tenants;
    }
}
