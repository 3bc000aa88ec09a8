using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansAi.Contracts.Errors;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Archive;

/// <summary>
/// The archive of conversations, version 1: lines of JSON, as docs/archive.md has them. Content stands in it in the clear, and long contents
/// as they are stored, beside the key to each; so it is for those alone who may read what it is of.
/// </summary>
public static class ArchiveFormat
{
    /// <summary>The version that is written, and the newest that is read.</summary>
    public const int Version = 1;

    /// <summary>The name in an archive's first line.</summary>
    public const string Name = "orleansai.archive";

    /// <summary>The media type of an archive.</summary>
    public const string MediaType = "application/x-ndjson";

    /// <summary>A line.</summary>
    public static string Line(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The contents that stand apart and that a piece of JSON refers to.</summary>
    internal static void FindReferences(JsonElement element, ISet<ContentHash> found)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    if (property.NameEquals("h") && property.Value.ValueKind == JsonValueKind.String
                        && property.Value.GetString() is { Length: ContentHash.Size * 2 } hex && hex.All(char.IsAsciiHexDigitLower))
                    {
                        found.Add(ContentHash.Parse(hex));
                        continue;
                    }

                    // An earlier build kept the bytes of vendors' answers in the clear, under a hash in base 64.
                    if (property.NameEquals("rc") && property.Value.ValueKind == JsonValueKind.String
                        && property.Value.TryGetBytesFromBase64(out var hash) && hash.Length == ContentHash.Size)
                    {
                        found.Add(new ContentHash(hash));
                        continue;
                    }

                    FindReferences(property.Value, found);
                }

                break;
            case JsonValueKind.Array:
                foreach (var entry in element.EnumerateArray())
                {
                    FindReferences(entry, found);
                }

                break;
        }
    }

    internal static OrleansAiException Invalid(string message) => new(ErrorCodes.InvalidArchive, $"The archive cannot be imported: {message}");
}
