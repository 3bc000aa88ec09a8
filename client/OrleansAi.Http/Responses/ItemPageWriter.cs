using System.Text.Json;
using OrleansAi.Contracts.Conversations;

namespace OrleansAi.Http.Responses;

/// <summary>Pages of items.</summary>
internal static class ItemPageWriter
{
    public static void Write(Utf8JsonWriter json, ItemPage page) => Write(json, page, withOpaque: false);

    public static void WriteOpaque(Utf8JsonWriter json, ItemPage page) => Write(json, page, withOpaque: true);

    private static void Write(Utf8JsonWriter json, ItemPage page, bool withOpaque) =>
        ListPage.Write(json, page.Items, page.HasMore, static item => item.Id, (json, item) => ItemWriter.Write(json, item, withOpaque));
}
