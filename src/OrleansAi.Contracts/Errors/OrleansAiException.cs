namespace OrleansAi.Contracts.Errors;

/// <summary>
/// The one exception that crosses a grain call. Its message is safe to show: what happened, the actual value, the
/// limit, what to do. Vendor and database exceptions are mapped to it at the edge.
/// </summary>
[GenerateSerializer]
[Alias("orleansai.error")]
public sealed class OrleansAiException : Exception
{
    /// <summary>Creates an error.</summary>
    /// <param name="code">One of <see cref="ErrorCodes"/>.</param>
    /// <param name="message">A message that may be shown to the caller.</param>
    public OrleansAiException(string code, string message)
        : base(message)
    {
        Code = code;
    }

    /// <summary>Creates an error with its inner cause, which stays in this process.</summary>
    public OrleansAiException(string code, string message, Exception inner)
        : base(message, inner)
    {
        Code = code;
    }

    /// <summary>One of <see cref="ErrorCodes"/>.</summary>
    [Id(0)]
    public string Code { get; private set; }

    /// <summary>True when the same request may succeed later without a change.</summary>
    [Id(1)]
    public bool IsTransient { get; init; }

    /// <summary>How long to wait before trying again, where waiting helps.</summary>
    [Id(2)]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The name of the offending request parameter, if one is to blame.</summary>
    [Id(3)]
    public string? Param { get; init; }

    /// <summary>The run this error is about, for example the one that holds a conversation.</summary>
    [Id(4)]
    public string? RunId { get; init; }
}
