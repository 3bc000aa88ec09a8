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
        await SendAsync(context, json);
    }

    /// <summary>Sends what was written to the body, which is all of it: so its length is known and it needs no chunks.</summary>
    /// <param name="context">The request.</param>
    /// <param name="json">The writer of the body.</param>
    public static async Task SendAsync(HttpContext context, Utf8JsonWriter json)
    {
        json.Flush();
        context.Response.ContentLength = json.BytesCommitted;

        // A connection that is gone takes no bytes and throws nothing; a caller that left is no error of the answer.
        await context.Response.BodyWriter.FlushAsync(CancellationToken.None);
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
