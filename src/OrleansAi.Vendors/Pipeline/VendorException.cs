namespace OrleansAi.Vendors.Pipeline;

/// <summary>A call to a vendor failed. Never crosses a grain call: it becomes a value in the result.</summary>
/// <param name="code">One of <see cref="Contracts.Errors.ErrorCodes"/>.</param>
/// <param name="message">What happened, without secrets and prompts.</param>
/// <param name="isTransient">True when the same call may succeed later.</param>
/// <param name="inner">The cause.</param>
internal sealed class VendorException(string code, string message, bool isTransient, Exception? inner = null)
    : Exception(message, inner)
{
    public string Code { get; } = code;

    public bool IsTransient { get; } = isTransient;

    public VendorFault Fault { get; init; }

    public int? HttpStatus { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The name of the wish that could not be granted, as the Responses API has it.</summary>
    public string? Param { get; init; }

    /// <summary>The answer that was refused, when a whole one came: it is billed.</summary>
    public VendorAnswer? Answer { get; init; }

    /// <summary>How the raw answer stands to its contract, when one came.</summary>
    public string? Contract { get; init; }
}
