using System.Text.Json;
using OrleansAi.Contracts.Conversations;

namespace OrleansAi.Http.Responses;

/// <summary>Pages of items.</summary>
internal static class ItemPageWriter
{
    public static void Write(Utf8JsonWriter json, ItemPage page) => Write(json, page, withOpaque: false);

    public static void WriteOpaque(Utf8JsonWriter json, ItemPage page) => Write(json, page, withOpaque: true);

    private static void Write(Utf8JsonWriter json, ItemPage page, bool withOpaque)
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var item in page.Items)
        {
            ItemWriter.Write(json, item, withOpaque);
        }

        json.WriteEndArray();
        json.WriteString("first_id", page.Items.Count > 0 ? page.Items[0].Id : null);
        json.WriteString("last_id", page.Items.Count > 0 ? page.Items[^1].Id : null);
        json.WriteBoolean("has_more", page.HasMore);
        json.WriteEndObject();
    }
}
