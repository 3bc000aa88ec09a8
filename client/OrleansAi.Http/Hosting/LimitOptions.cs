using System.ComponentModel.DataAnnotations;
using OrleansAi.Contracts.Access;

namespace OrleansAi.Http.Hosting;

/// <summary>The section <c>OrleansAi:Limits</c>: what keys and projects may ask for when their own records do not say.</summary>
public sealed class LimitOptions : IValidatableObject
{
    /// <summary>The name of the section.</summary>
    public const string Section = "OrleansAi:Limits";

    /// <value>For each key.</value>
    public LimitDefaults Key { get; set; } = new();

    /// <value>For all keys of a project together.</value>
    public LimitDefaults Project { get; set; } = new();

    /// <summary>The default of <see cref="ManagementRequestsPerMinute"/>.</summary>
    public const int DefaultManagementRequestsPerMinute = 600;

    /// <value>How many calls of <c>/api</c> each key may make in a minute, in each process. The default value is 600.</value>
    [Range(1, 1_000_000)]
    public int ManagementRequestsPerMinute { get; set; } = DefaultManagementRequestsPerMinute;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Check("Key", Key).Concat(Check("Project", Project));

    private static IEnumerable<ValidationResult> Check(string owner, LimitDefaults limits)
    {
        foreach (var (name, value) in new[]
        {
            (nameof(limits.RequestsPerMinute), limits.RequestsPerMinute),
            (nameof(limits.TokensPerMinute), limits.TokensPerMinute),
            (nameof(limits.ConcurrentRuns), limits.ConcurrentRuns),
        })
        {
            if (value < 1)
            {
                yield return new ValidationResult(
                    $"{Section}:{owner}:{name} is {value}; it must be at least 1, or left out for no limit.");
            }
        }
    }
}

/// <summary>Limits that hold where a record has none of its own.</summary>
public sealed class LimitDefaults
{
    /// <value>Requests in a minute; at least 1. There is no default value: no limit.</value>
    public int? RequestsPerMinute { get; set; }

    /// <value>Tokens in a minute, read and written together; at least 1. There is no default value: no limit.</value>
    public int? TokensPerMinute { get; set; }

    /// <value>Runs open at once; at least 1. There is no default value: no limit.</value>
    public int? ConcurrentRuns { get; set; }

    internal RateLimits ToLimits() => new()
    {
        RequestsPerMinute = RequestsPerMinute,
        TokensPerMinute = TokensPerMinute,
        ConcurrentRuns = ConcurrentRuns,
    };
}
