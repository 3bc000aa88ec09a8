using System.Text.Json.Serialization;

namespace OrleansAi.Engine.Records;

/// <summary>
/// The body of a release: what retention has let go. The keys to it are destroyed and what stood apart of it is deleted in the
/// transaction of this record, which witnesses both.
/// </summary>
public sealed record RunsReleasedBody : RecordBody
{
    /// <summary>When, Unix milliseconds.</summary>
    [JsonPropertyName("at")]
    public required long At { get; init; }

    /// <summary>Which limit it was for.</summary>
    [JsonPropertyName("why")]
    public required string Reason { get; init; }

    /// <summary>The silo that did so.</summary>
    [JsonPropertyName("silo")]
    public required string Silo { get; init; }

    /// <summary>The runs of which a conversation's items stay.</summary>
    [JsonPropertyName("runs")]
    public IReadOnlyList<string>? Runs { get; init; }

    /// <summary>The runs of which nothing stays, because nobody can go on from them.</summary>
    [JsonPropertyName("whole")]
    public IReadOnlyList<string>? WholeRuns { get; init; }

    /// <summary>All of them.</summary>
    [JsonIgnore]
    public IEnumerable<string> All => (Runs ?? []).Concat(WholeRuns ?? []);
}

/// <summary>The body of pinning or unpinning a run.</summary>
public sealed record RunPinChangedBody : RecordBody
{
    /// <summary>The run's id.</summary>
    [JsonPropertyName("run")]
    public required string RunId { get; init; }

    /// <summary>True where retention leaves the run from here on.</summary>
    [JsonPropertyName("pin")]
    public bool IsPinned { get; init; }
}
