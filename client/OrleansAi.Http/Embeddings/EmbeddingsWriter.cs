using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansAi.Contracts.Embeddings;

namespace OrleansAi.Http.Embeddings;

/// <summary>Vectors as OpenAI's API has them.</summary>
internal static class EmbeddingsWriter
{
    // The answer to 2,048 texts can have a hundred megabytes as decimal numbers: it goes out as it is written.
    private const int FlushAt = 64 << 10;

    public static async Task WriteAsync(HttpContext context, EmbeddingResult result, bool isBase64, int tokens)
    {
        var output = context.Response.BodyWriter;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(output, JsonText.Options);
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        var flushed = 0L;
        for (var i = 0; i < result.Vectors.Count; i++)
        {
            Write(json, result.Vectors, i, isBase64);
            if (json.BytesCommitted + json.BytesPending - flushed > FlushAt)
            {
                json.Flush();
                await output.FlushAsync(context.RequestAborted);
                flushed = json.BytesCommitted;
            }
        }

        json.WriteEndArray();
        json.WriteString("model", result.ServedModel);
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", tokens);
        json.WriteNumber("total_tokens", tokens);
        json.WriteEndObject();
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    private static void Write(Utf8JsonWriter json, EmbeddingVectors vectors, int index, bool isBase64)
    {
        json.WriteStartObject();
        json.WriteString("object", "embedding");
        json.WriteNumber("index", index);
        if (isBase64)
        {
            json.WriteBase64String("embedding", vectors.BytesOf(index));
        }
        else
        {
            json.WriteStartArray("embedding");
            for (var i = 0; i < vectors.Dimensions; i++)
            {
                json.WriteNumberValue(vectors.At(index, i));
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
