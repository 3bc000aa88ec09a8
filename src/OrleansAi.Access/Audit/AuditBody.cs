using System.Text.Json.Serialization;
using OrleansAi.Contracts.Access;
using OrleansAi.Journal;

namespace OrleansAi.Access.Audit;

/// <summary>A management call as it is stored.</summary>
internal sealed class AuditBody
{
    public required string Actor { get; init; }

    public required int Role { get; init; }

    public required string Action { get; init; }

    public required string Target { get; init; }

    public required int Status { get; init; }

    public string? Request { get; init; }

    public static AuditBody Of(AuditEntry entry) => new()
    {
        Actor = entry.Actor,
        Role = (int)entry.Role,
        Action = entry.Action,
        Target = entry.Target,
        Status = entry.Status,
        Request = entry.RequestId,
    };

    public AuditEntry ToEntry(JournalRecord record) => new()
    {
        Position = record.Position,
        At = record.At,
        Actor = Actor,
        Role = (KeyRole)Role,
        Action = Action,
        Target = Target,
        Status = Status,
        RequestId = Request,
    };
}

/// <summary>The generated serializer of the body.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AuditBody))]
internal sealed partial class AuditJsonContext : JsonSerializerContext;
