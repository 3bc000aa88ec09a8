using System.Text.Json;
using OrleansAi.Contracts.Access;

namespace OrleansAi.Http.Access;

/// <summary>Projects, keys and audit entries as <c>/api</c> has them.</summary>
internal static class AccessWriter
{
    public static void WriteProject(Utf8JsonWriter json, ProjectView project)
    {
        json.WriteStartObject();
        json.WriteString("id", project.Id);
        json.WriteString("object", "project");
        json.WriteString("name", project.Name);
        json.WriteString("organization", project.Organization);
        WriteLimits(json, project.Limits);
        Time(json, "created_at", project.CreatedAt);
        json.WriteString("created_by", project.CreatedBy);
        json.WriteEndObject();
    }

    public static void WriteKey(Utf8JsonWriter json, KeyView key) => WriteKey(json, key, null);

    /// <summary>A key; with its text at the one time that it is shown.</summary>
    public static void WriteKey(Utf8JsonWriter json, KeyView key, string? text)
    {
        json.WriteStartObject();
        json.WriteString("id", key.Id);
        json.WriteString("object", "api_key");
        json.WriteString("name", key.Name);
        if (text is not null)
        {
            json.WriteString("key", text);
        }

        json.WriteString("project", key.Project);
        json.WriteString("role", key.Role.ToText());
        WriteLimits(json, key.Limits);
        Time(json, "created_at", key.CreatedAt);
        json.WriteString("created_by", key.CreatedBy);
        Time(json, "expires_at", key.ExpiresAt);
        Time(json, "revoked_at", key.RevokedAt);
        json.WriteString("revoked_by", key.RevokedBy);
        json.WriteEndObject();
    }

    public static void WriteList<T>(Utf8JsonWriter json, IReadOnlyList<T> list, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var one in list)
        {
            write(json, one);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteAudit(Utf8JsonWriter json, AuditPage page)
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var entry in page.Entries)
        {
            json.WriteStartObject();
            json.WriteNumber("id", entry.Position);
            json.WriteString("object", "audit_entry");
            json.WriteString("at", DateTimeOffset.FromUnixTimeMilliseconds(entry.At));
            json.WriteString("actor", entry.Actor);
            json.WriteString("role", entry.Role.ToText());
            json.WriteString("action", entry.Action);
            json.WriteString("target", entry.Target);
            json.WriteNumber("status", entry.Status);
            json.WriteString("outcome", entry.Status switch { < 400 => "done", < 500 => "refused", _ => "failed" });
            json.WriteString("request_id", entry.RequestId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("has_more", page.HasMore);
        json.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter json, RateLimits limits)
    {
        json.WriteStartObject("limits");
        Number("requests_per_minute", limits.RequestsPerMinute);
        Number("tokens_per_minute", limits.TokensPerMinute);
        Number("concurrent_runs", limits.ConcurrentRuns);
        json.WriteEndObject();

        void Number(string name, int? value)
        {
            if (value is { } limit)
            {
                json.WriteNumber(name, limit);
            }
            else
            {
                json.WriteNull(name);
            }
        }
    }

    private static void Time(Utf8JsonWriter json, string name, long? at)
    {
        if (at is { } time)
        {
            json.WriteNumber(name, time / 1_000);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
