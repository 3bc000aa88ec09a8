using System.Text.Json;

namespace OrleansAi.Http;

/// <summary>A page of a list as OpenAI's API has it.</summary>
internal static class ListPage
{
    /// <summary>Writes a page.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="entries">The entries of the page, in order.</param>
    /// <param name="hasMore">True when more follow.</param>
    /// <param name="idOf">An entry's id, which the next page is asked for with.</param>
    /// <param name="write">Writes an entry.</param>
    public static void Write<T>(Utf8JsonWriter json, IReadOnlyList<T> entries, bool hasMore, Func<T, string> idOf, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var entry in entries)
        {
            write(json, entry);
        }

        json.WriteEndArray();
        json.WriteString("first_id", entries.Count > 0 ? idOf(entries[0]) : null);
        json.WriteString("last_id", entries.Count > 0 ? idOf(entries[^1]) : null);
        json.WriteBoolean("has_more", hasMore);
        json.WriteEndObject();
    }
}
