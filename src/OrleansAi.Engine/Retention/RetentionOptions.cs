using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace OrleansAi.Engine.Retention;

/// <summary>How long, and how much of it, the recorded content of runs is kept.</summary>
public sealed class RetentionOptions : RetentionLimits
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "OrleansAi:Retention";

    /// <summary>The default of <see cref="PassSeconds"/>.</summary>
    public const int DefaultPassSeconds = 60;

    /// <summary>The default of <see cref="RunsPerPass"/>.</summary>
    public const int DefaultRunsPerPass = 1_000;

    /// <value>How often in seconds each tenant's runs are gone over. The default value is 60.</value>
    [Range(1, 86_400)]
    public int PassSeconds { get; set; } = DefaultPassSeconds;

    /// <value>
    /// The most runs of a tenant that one pass looks at; where there are more, the next pass follows without a pause. The default value is 1,000.
    /// </value>
    [Range(1, 100_000)]
    public int RunsPerPass { get; set; } = DefaultRunsPerPass;

    /// <value>What holds for single tenants in place of what holds for all, by their names. The default value is none.</value>
    public Dictionary<string, RetentionLimits> Tenants { get; set; } = new(StringComparer.Ordinal);

    /// <summary>True when anything is ever released.</summary>
    public bool IsOn => !Policy(this, null).IsUnlimited || Tenants.Values.Any(limits => !Policy(this, limits).IsUnlimited);

    /// <summary>What holds for a tenant.</summary>
    public RetentionPolicy Of(string tenant) => Policy(this, Tenants.GetValueOrDefault(tenant));

    private static RetentionPolicy Policy(RetentionLimits all, RetentionLimits? own)
    {
        var (age, bytes) = (own?.MaxAge ?? all.MaxAge, own?.MaxBytes ?? all.MaxBytes);
        return new RetentionPolicy(age is { Ticks: > 0 } ? age : null, bytes is > 0 ? bytes : null);
    }
}

/// <summary>Limits of what is kept.</summary>
public class RetentionLimits
{
    /// <value>How old the content of a run may become after the run's end; zero for no limit. The default value is no limit.</value>
    public TimeSpan? MaxAge { get; set; }

    /// <value>
    /// How many bytes of content the runs of a tenant may keep together; zero for no limit. The oldest go first. The default value is no limit.
    /// </value>
    public long? MaxBytes { get; set; }
}

/// <summary>What holds for a tenant.</summary>
/// <param name="MaxAge">How old the content of a run may become; null for no limit.</param>
/// <param name="MaxBytes">How many bytes of content may be kept; null for no limit.</param>
public sealed record RetentionPolicy(TimeSpan? MaxAge, long? MaxBytes)
{
    /// <summary>True when nothing is ever released.</summary>
    public bool IsUnlimited => MaxAge is null && MaxBytes is null;
}

/// <summary>Refuses limits that cannot be meant, by their names.</summary>
public sealed class RetentionOptionsValidator : IValidateOptions<RetentionOptions>
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Most = TimeSpan.FromDays(36_500);

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        string[] failures =
        [
            .. Failures(RetentionOptions.Section, options),
            .. options.Tenants.SelectMany(static tenant => Failures($"{RetentionOptions.Section}:Tenants:{tenant.Key}", tenant.Value)),
        ];
        return failures.Length > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }

    private static IEnumerable<string> Failures(string section, RetentionLimits limits)
    {
        if (limits.MaxAge is { } age && age != TimeSpan.Zero && (age < Least || age > Most))
        {
            yield return $"{section}:MaxAge is {age}; it must be 0 for no limit, or from {Least} to {Most}, written as days.hours:minutes:seconds.";
        }

        if (limits.MaxBytes is < 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{section}:MaxBytes is {limits.MaxBytes}; it must be 0 for no limit, or more.");
        }
    }
}
