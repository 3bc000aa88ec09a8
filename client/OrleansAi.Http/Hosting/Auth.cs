using Microsoft.Extensions.Configuration;
using OrleansAi.Access.Keys;
using OrleansAi.Contracts.Errors;

namespace OrleansAi.Http.Hosting;

/// <summary>Reads the section <c>OrleansAi:Auth</c> before anything starts.</summary>
public static class Auth
{
    /// <summary>Who may call.</summary>
    /// <exception cref="OrleansAiException">The mode is not known.</exception>
    public static AuthMode ModeOf(IConfiguration configuration) => configuration["OrleansAi:Auth:Mode"] switch
    {
        null or "" => AuthMode.Local,
        var text when text.All(char.IsAsciiLetter) && Enum.TryParse<AuthMode>(text, ignoreCase: true, out var mode) => mode,
        var text => throw new OrleansAiException(ErrorCodes.InvalidRequest, $"OrleansAi:Auth:Mode is '{text}'; it must be Local or Keys."),
    };

    /// <summary>What hashes keys.</summary>
    /// <exception cref="OrleansAiException">There is no secret for it, or too short a one.</exception>
    public static KeyHasher HasherOf(IConfiguration configuration)
    {
        var hashKey = configuration["OrleansAi:Auth:HashKey"] ?? "";
        return hashKey.Length >= KeyHasher.LeastLength
            ? new KeyHasher(hashKey)
            : throw new OrleansAiException(
                ErrorCodes.InvalidRequest,
                $"OrleansAi:Auth:HashKey has {hashKey.Length} characters; keys need a secret of at least {KeyHasher.LeastLength} to be "
                + "hashed with, the same on every silo and front. Make one with: openssl rand -base64 32");
    }
}
