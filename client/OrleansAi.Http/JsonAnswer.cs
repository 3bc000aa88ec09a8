using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace OrleansAi.Http;

/// <summary>Answers in JSON.</summary>
internal static class JsonAnswer
{
    /// <summary>Writes one value as the whole answer.</summary>
    public static async Task WriteAsync<T>(HttpContext context, T value, Action<Utf8JsonWriter, T> write)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, JsonText.Options);
        write(json, value);
        await json.FlushAsync(context.RequestAborted);
    }

    /// <summary>Tells that something was deleted.</summary>
    /// <param name="context">The request.</param>
    /// <param name="id">Its id.</param>
    /// <param name="kind">What it was, as OpenAI's API names it.</param>
    public static Task WriteDeletedAsync(HttpContext context, string id, string kind) => WriteAsync(
        context,
        (id, kind),
        static (json, deleted) =>
        {
            json.WriteStartObject();
            json.WriteString("id", deleted.id);
            json.WriteString("object", deleted.kind);
            json.WriteBoolean("deleted", true);
            json.WriteEndObject();
        });
}
