using System.Text.Json.Serialization;

namespace OrleansAi.Collections.Storage;

/// <summary>Contents were stored.</summary>
internal sealed class ContentsBody
{
    [JsonPropertyName("n")]
    public required long Bytes { get; init; }
}

/// <summary>Vectors were stored: one content, with the vectors in the order of the hashes of what was embedded.</summary>
internal sealed class EmbeddingsBody
{
    [JsonPropertyName("model")]
    public required string Model { get; init; }

    [JsonPropertyName("dimensions")]
    public required int Dimensions { get; init; }

    [JsonPropertyName("texts")]
    public required IReadOnlyList<string> Texts { get; init; }

    [JsonPropertyName("content")]
    public required string Content { get; init; }
}

/// <summary>The generated serializer of the bodies.</summary>
[JsonSerializable(typeof(ContentsBody))]
[JsonSerializable(typeof(EmbeddingsBody))]
internal sealed partial class StoredJsonContext : JsonSerializerContext;
