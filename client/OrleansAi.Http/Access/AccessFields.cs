using System.Globalization;
using System.Text.Json;
using OrleansAi.Contracts.Access;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.Access;

/// <summary>Reads the bodies of <c>/api/projects</c> and <c>/api/keys</c>.</summary>
internal static class AccessFields
{
    private const int LongestName = 64;

    /// <summary>A project that is to be made.</summary>
    public static NewProject Project(JsonFields fields)
    {
        var project = new NewProject { Name = fields.RequiredText("name"), Limits = Limits(fields) };
        fields.Done();
        return project;
    }

    /// <summary>A key that is to be made, still without id and hash.</summary>
    public static NewKey Key(JsonFields fields)
    {
        var role = fields.Choice("role", "app", "operator", "admin") ?? "app";
        var key = new NewKey
        {
            Id = "",
            Hash = [],
            Project = fields.Text("project"),
            Name = fields.Text("name", LongestName) ?? "",
            Role = KeyRoles.Parse(role)!.Value,
            Limits = Limits(fields),
            ExpiresAt = Time(fields, "expires_at"),
        };
        fields.Done();
        return key;
    }

    private static RateLimits Limits(JsonFields fields)
    {
        if (fields.Object("limits") is not { } limits)
        {
            return RateLimits.None;
        }

        var read = new RateLimits
        {
            RequestsPerMinute = limits.Integer("requests_per_minute", 1),
            TokensPerMinute = limits.Integer("tokens_per_minute", 1),
            ConcurrentRuns = limits.Integer("concurrent_runs", 1),
        };
        limits.Done();
        return read;
    }

    private static long? Time(JsonFields fields, string name)
    {
        if (fields.Any(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) && seconds is > 0 and < 100_000_000_000
                ? seconds * 1_000
            : value.ValueKind == JsonValueKind.String && DateTimeOffset.TryParse(
                fields.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? at.ToUnixTimeMilliseconds()
            : throw Invalid.Request($"'{name}' must be Unix seconds or a time such as 2027-11-24T03:00:00Z.", name);
    }
}
