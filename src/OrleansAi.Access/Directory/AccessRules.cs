using OrleansAi.Access.Keys;
using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Errors;

namespace OrleansAi.Access.Directory;

/// <summary>What keys and projects must be like, and who may make them.</summary>
internal static class AccessRules
{
    private const int LongestName = 64;

    public static void RequireAdmin(AccessActor actor)
    {
        if (actor.Role < KeyRole.Admin)
        {
            throw new OrleansAiException(
                ErrorCodes.Forbidden, $"Keys and projects are for admins; this key's role is {actor.Role.ToText()}.");
        }
    }

    public static void CheckName(string name, string param)
    {
        if (name.Length is 0 or > LongestName || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            throw Invalid(
                $"'{param}' is '{(name.Length > LongestName ? name[..LongestName] : name)}'; it must have 1 to {LongestName} letters, digits, '-', '_', '.'.",
                param);
        }
    }

    public static void CheckKey(NewKey key, long now)
    {
        if (key.Id.Length != KeyText.IdLength || key.Hash.Length != 32 || !Enum.IsDefined(key.Role))
        {
            throw Invalid("The key has no id, hash or role of a known form.", null);
        }

        if (key.Name.Length > LongestName || key.Name.Any(char.IsControl))
        {
            throw Invalid($"'name' has {key.Name.Length} characters; it may have {LongestName}, and no control characters.", "name");
        }

        if (key.ExpiresAt <= now)
        {
            throw Invalid("'expires_at' is past; it must be a time to come.", "expires_at");
        }
    }

    public static void CheckLimits(RateLimits limits)
    {
        Check(limits.RequestsPerMinute, "requests_per_minute");
        Check(limits.TokensPerMinute, "tokens_per_minute");
        Check(limits.ConcurrentRuns, "concurrent_runs");

        static void Check(int? limit, string name)
        {
            if (limit < 1)
            {
                throw Invalid($"'{name}' is {limit}; it must be at least 1, or left out for the default.", name);
            }
        }
    }

    public static void CheckRoom(int count, int most, string what)
    {
        if (count >= most)
        {
            throw Invalid($"There are {count} {what}, the limit of an installation is {most}.", null);
        }
    }

    private static OrleansAiException Invalid(string message, string? param) =>
        new(ErrorCodes.InvalidRequest, message) { Param = param };
}
