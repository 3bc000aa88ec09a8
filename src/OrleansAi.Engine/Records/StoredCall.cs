using System.Text.Json.Serialization;

namespace OrleansAi.Engine.Records;

/// <summary>A function call inside a record.</summary>
public sealed class StoredCall
{
    /// <summary>The call's id.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>The function's name.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The arguments.</summary>
    [JsonPropertyName("x")]
    public required StoredText Arguments { get; init; }

    /// <summary>The signature that the vendor wants back.</summary>
    [JsonPropertyName("opaque")]
    public StoredText? Opaque { get; init; }

    /// <summary>The vendor that made the signature.</summary>
    [JsonPropertyName("v")]
    public string? Vendor { get; init; }

    /// <summary>True when the call was destroyed.</summary>
    [JsonIgnore]
    internal bool IsDestroyed { get; init; }

    /// <summary>The texts of the call.</summary>
    public IEnumerable<StoredText> Texts()
    {
        yield return Arguments;
        if (Opaque is not null)
        {
            yield return Opaque;
        }
    }
}
