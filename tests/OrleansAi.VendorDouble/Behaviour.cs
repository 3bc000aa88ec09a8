namespace OrleansAi.VendorDouble;

/// <summary>How the double answers one call.</summary>
public sealed record Behaviour
{
    /// <summary>The wait before the answer or the stream begins.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The wait between two chunks of a stream.</summary>
    public TimeSpan ChunkDelay { get; init; }

    /// <summary>The text; null for one that names the number of the call and the last message.</summary>
    public string? Answer { get; init; }

    /// <summary>An HTTP status other than 200 refuses the call.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The raw body in the place of the format's own.</summary>
    public string? RawBody { get; init; }

    /// <summary>A Retry-After header.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>Cuts the connection after so many chunks of a stream.</summary>
    public int? CutAfterChunks { get; init; }

    /// <summary>Ends a stream without its terminal event.</summary>
    public bool OmitsFinish { get; init; }

    /// <summary>The finish reason.</summary>
    public string? FinishReason { get; init; } = "stop";

    /// <summary>A refusal in the place of the text.</summary>
    public string? Refusal { get; init; }

    /// <summary>Holds the answer back until this ends.</summary>
    public Task? Gate { get; init; }

    /// <summary>Ends when a chunk is to be held back: called with its number, from 0.</summary>
    public Func<int, Task>? ChunkGate { get; init; }
}
