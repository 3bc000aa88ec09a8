using System.Text.Json.Serialization;
using OrleansAi.Contracts.Files;

namespace OrleansAi.Files;

/// <summary>A piece of a file's content, in the file's own stream. Its place there is its number and one.</summary>
internal sealed class ChunkBody
{
    [JsonPropertyName("hash")]
    public required string Hash { get; init; }

    [JsonPropertyName("n")]
    public required int Bytes { get; init; }
}

/// <summary>A file's id, where nothing more is to be said.</summary>
internal sealed class FileIdBody
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("at")]
    public long At { get; init; }
}

/// <summary>A file in the catalog.</summary>
internal sealed class FileBody
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("for")]
    public required string Purpose { get; init; }

    [JsonPropertyName("type")]
    public required string MediaType { get; init; }

    [JsonPropertyName("n")]
    public required long Bytes { get; init; }

    [JsonPropertyName("at")]
    public required long At { get; init; }

    [JsonPropertyName("until")]
    public long? Until { get; init; }

    public static FileBody Of(FileView file) => new()
    {
        Id = file.Id,
        Name = file.Name,
        Purpose = file.Purpose,
        MediaType = file.MediaType,
        Bytes = file.Bytes,
        At = file.CreatedAt,
        Until = file.ExpiresAt,
    };

    public FileView ToView() => new()
    {
        Id = Id,
        Name = Name,
        Purpose = Purpose,
        MediaType = MediaType,
        Bytes = Bytes,
        CreatedAt = At,
        ExpiresAt = Until,
    };
}

/// <summary>The whole catalog as it was at a record, so that those before need not be read.</summary>
internal sealed class CatalogBody
{
    [JsonPropertyName("files")]
    public required IReadOnlyList<FileBody> Files { get; init; }

    [JsonPropertyName("uploads")]
    public required IReadOnlyList<FileIdBody> Uploads { get; init; }

    [JsonPropertyName("deleted")]
    public required IReadOnlyList<string> Deleted { get; init; }
}

/// <summary>The generated serializer of the bodies.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(ChunkBody))]
[JsonSerializable(typeof(FileIdBody))]
[JsonSerializable(typeof(FileBody))]
[JsonSerializable(typeof(CatalogBody))]
internal sealed partial class FileJsonContext : JsonSerializerContext;
