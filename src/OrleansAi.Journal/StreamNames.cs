namespace OrleansAi.Journal;

/// <summary>How streams and the grains that own them are named: <c>tenant/conversation</c>.</summary>
public static class StreamNames
{
    /// <summary>The one stream of projects and keys. No tenant's name begins with <c>$</c>.</summary>
    public const string Access = "$access/directory";

    /// <summary>The stream of a tenant's management calls. No conversation's id begins with <c>$</c>.</summary>
    public static string Audit(string tenant) => $"{tenant}/$audit";

    /// <summary>The stream that says how far retention has gone over a tenant's runs.</summary>
    public static string Retention(string tenant) => $"{tenant}/$retention";

    /// <summary>The stream of a tenant's catalog of files.</summary>
    public static string Files(string tenant) => $"{tenant}/$files";

    /// <summary>The stream of a file's content, which is also the key of its grain. No conversation's id begins as a file's does.</summary>
    public static string File(string tenant, string id) => $"{tenant}/{id}";

    /// <summary>The stream of a tenant's catalog of collections.</summary>
    public static string Collections(string tenant) => $"{tenant}/$collections";

    /// <summary>The stream of a collection, which is also the key of its grain. No conversation's id begins as a collection's does.</summary>
    public static string Collection(string tenant, string id) => $"{tenant}/{id}";

    /// <summary>The stream that holds the parts of a collection's index and its texts.</summary>
    public static string CollectionContents(string collection) => $"{collection}.contents";

    /// <summary>The stream that holds the vectors of a document of a collection while it is indexed.</summary>
    public static string CollectionDocument(string collection, string documentId) => $"{collection}.{documentId}";

    /// <summary>The stream of a conversation, which is also the key of its grain.</summary>
    public static string Conversation(string tenant, string conversation) => $"{tenant}/{conversation}";

    /// <summary>Takes a stream's name apart.</summary>
    /// <exception cref="FormatException">The name has no tenant.</exception>
    public static (string Tenant, string Conversation) Parse(string stream)
    {
        var slash = stream.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            ? (stream[..slash], stream[(slash + 1)..])
            : throw new FormatException($"'{stream}' is not a stream name of the form tenant/conversation.");
    }
}
