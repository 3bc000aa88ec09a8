using System.Text.Json;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.VectorStores;

/// <summary>The fields that several requests about vector stores have.</summary>
internal static class VectorStoreFields
{
    /// <summary>The longest name of a vector store.</summary>
    public const int LongestName = 256;

    /// <summary>The longest description of a vector store, as that of a metadata value.</summary>
    public const int LongestDescription = 512;

    /// <summary>The most files that are added at once.</summary>
    public const int MostFiles = 500;

    private const int MostAttributes = 16;
    private const int LongestKey = 64;
    private const int LongestText = 512;
    private const int LeastChunk = 100;
    private const int MostChunk = 4_096;
    private const int MostDays = 365;

    // What OpenAI's API does of itself, said out loud: the vector store's own default may be another.
    private static readonly CollectionChunking Auto = new(800, 400);

    /// <summary>How documents are cut; null when nothing is said.</summary>
    public static CollectionChunking? Chunking(JsonFields fields)
    {
        if (fields.Object("chunking_strategy") is not { } strategy)
        {
            return null;
        }

        var type = strategy.Choice("type", "auto", "static") ?? throw Required(strategy, "type");
        var sizes = strategy.Object("static");
        strategy.Done();
        if (type == "auto")
        {
            return sizes is null ? Auto : throw Invalid.Request($"'{strategy.Name("static")}' is given, but the type is auto.", strategy.Name("static"));
        }

        if (sizes is null)
        {
            throw Required(strategy, "static");
        }

        var size = sizes.Integer("max_chunk_size_tokens", LeastChunk, MostChunk) ?? throw Required(sizes, "max_chunk_size_tokens");
        var overlap = sizes.Integer("chunk_overlap_tokens", 0, size / 2) ?? throw Required(sizes, "chunk_overlap_tokens");
        sizes.Done();
        return new CollectionChunking(size, overlap);
    }

    /// <summary>After how many days without use a vector store expires; null when nothing is said.</summary>
    public static int? ExpiresAfterDays(JsonFields fields)
    {
        if (fields.Object("expires_after") is not { } expiry)
        {
            return null;
        }

        if (expiry.Choice("anchor", "last_active_at") is null)
        {
            throw Required(expiry, "anchor");
        }

        var days = expiry.Integer("days", 1, MostDays) ?? throw Required(expiry, "days");
        expiry.Done();
        return days;
    }

    /// <summary>What filters compare; none when nothing is said.</summary>
    public static IReadOnlyDictionary<string, CollectionAttribute> Attributes(JsonFields fields)
    {
        var attributes = new Dictionary<string, CollectionAttribute>(StringComparer.Ordinal);
        if (fields.Any("attributes") is not { } given)
        {
            return attributes;
        }

        var name = fields.Name("attributes");
        if (given.ValueKind != JsonValueKind.Object)
        {
            throw fields.Wrong("attributes", "an object");
        }

        foreach (var attribute in given.EnumerateObject())
        {
            attributes[attribute.Name] = attribute.Name.Length is > 0 and <= LongestKey
                ? Attribute(attribute.Value, $"{name}.{attribute.Name}", name)
                : throw JsonFields.TooLong(name, attribute.Name.Length, LongestKey);
        }

        return attributes.Count <= MostAttributes
            ? attributes
            : throw new OrleansAiException(ErrorCodes.TooManyItems, $"'{name}' has {attributes.Count} attributes, the limit is {MostAttributes}.")
            {
                Param = name,
            };
    }

    /// <summary>The id of a file, which need not be there.</summary>
    public static string FileId(JsonElement value, string name)
    {
        var id = value.ValueKind == JsonValueKind.String ? JsonFields.ReadText(value, name) : throw Invalid.Request($"'{name}' must be the id of a file.", name);
        return IdText.IsPossible(id) ? id : throw NoFile(id, name);
    }

    /// <summary>The ids of files, each once.</summary>
    public static IReadOnlyList<string> FileIds(JsonFields fields) =>
        [.. fields.List("file_ids", MostFiles).Select(static one => FileId(one.Value, one.Name)).Distinct(StringComparer.Ordinal)];

    /// <summary>The error for a field that is missing.</summary>
    public static OrleansAiException Required(JsonFields fields, string field) =>
        Invalid.Request($"'{fields.Name(field)}' is required.", fields.Name(field));

    private static OrleansAiException NoFile(string id, string name) =>
        new(ErrorCodes.FileNotFound, $"There is no file '{(id.Length <= 64 ? id : id[..64])}'.") { Param = name };

    private static CollectionAttribute Attribute(JsonElement value, string name, string param)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String when JsonFields.ReadText(value, name) is var text:
                return text.Length <= LongestText ? new CollectionAttribute(Text: text) : throw JsonFields.TooLong(name, text.Length, LongestText);
            case JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsFinite(number):
                return new CollectionAttribute(Number: number);
            case JsonValueKind.True or JsonValueKind.False:
                return new CollectionAttribute(Flag: value.GetBoolean());
            default:
                throw Invalid.Request($"'{name}' must be a string, a number, true or false.", param);
        }
    }
}
