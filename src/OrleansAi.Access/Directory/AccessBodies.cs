using System.Text.Json.Serialization;
using OrleansAi.Contracts.Access;

namespace OrleansAi.Access.Directory;

/// <summary>The body of a project's creation.</summary>
internal sealed class ProjectCreatedBody
{
    public required string Id { get; init; }

    public required string Organization { get; init; }

    public required string Name { get; init; }

    public LimitsBody? Limits { get; init; }

    public required string By { get; init; }
}

/// <summary>The body of a key's creation.</summary>
internal sealed class KeyCreatedBody
{
    public required string Id { get; init; }

    /// <summary>The keyed hash of the text. The text itself is nowhere.</summary>
    public required byte[] Hash { get; init; }

    public required string Project { get; init; }

    public required string Name { get; init; }

    public required int Role { get; init; }

    public LimitsBody? Limits { get; init; }

    public long? ExpiresAt { get; init; }

    public required string By { get; init; }
}

/// <summary>The body of a key's revocation.</summary>
internal sealed class KeyRevokedBody
{
    public required string Id { get; init; }

    public required string By { get; init; }
}

/// <summary>Limits as they are stored.</summary>
internal sealed class LimitsBody
{
    public int? Requests { get; init; }

    public int? Tokens { get; init; }

    public int? Runs { get; init; }

    public static LimitsBody? Of(RateLimits limits) => limits == RateLimits.None
        ? null
        : new LimitsBody { Requests = limits.RequestsPerMinute, Tokens = limits.TokensPerMinute, Runs = limits.ConcurrentRuns };

    public static RateLimits Read(LimitsBody? body) => body is null
        ? RateLimits.None
        : new RateLimits { RequestsPerMinute = body.Requests, TokensPerMinute = body.Tokens, ConcurrentRuns = body.Runs };
}

/// <summary>The generated serializers of the bodies.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProjectCreatedBody))]
[JsonSerializable(typeof(KeyCreatedBody))]
[JsonSerializable(typeof(KeyRevokedBody))]
internal sealed partial class AccessJsonContext : JsonSerializerContext;
