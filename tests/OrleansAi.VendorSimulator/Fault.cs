namespace OrleansAi.VendorSimulator;

/// <summary>What can go wrong with an answer.</summary>
public enum FaultKind
{
    /// <summary>The connection breaks before the headers.</summary>
    ResetBeforeHeaders,

    /// <summary>Nothing comes.</summary>
    NoResponse,

    /// <summary>The headers come, the first piece only after <see cref="Fault.Duration"/>.</summary>
    SlowFirstToken,

    /// <summary>The connection breaks at piece <see cref="Fault.AtChunk"/>.</summary>
    Cut,

    /// <summary>The stream stands still at piece <see cref="Fault.AtChunk"/> for <see cref="Fault.Duration"/>.</summary>
    Stall,

    /// <summary>Piece <see cref="Fault.AtChunk"/> is not JSON.</summary>
    MalformedChunk,

    /// <summary>The stream ends in good order, but without its terminal event.</summary>
    NoTerminator,

    /// <summary>An error of <see cref="Fault.Status"/>.</summary>
    HttpStatus,

    /// <summary>The input is too long, in the vendor's own words.</summary>
    ContextLength,

    /// <summary>The vendor's policy refuses the input, in its own words.</summary>
    ContentFilter,

    /// <summary>A proxy's page with status 200.</summary>
    HtmlWith200,

    /// <summary>The JSON ends in the middle, the connection in good order.</summary>
    CutJson,

    /// <summary>An error as data, after the status 200.</summary>
    ErrorInStream,
}

/// <summary>Something that goes wrong with an answer.</summary>
/// <param name="Kind">What.</param>
public sealed record Fault(FaultKind Kind)
{
    /// <summary>At which piece of the text, from 0.</summary>
    public int AtChunk { get; init; }

    /// <summary>Which status.</summary>
    public int Status { get; init; }

    /// <summary>A Retry-After header.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>The vendor's own code; null for the usual one of the status.</summary>
    public string? Code { get; init; }

    /// <summary>How long.</summary>
    public TimeSpan Duration { get; init; }
}
