using System.Collections.Concurrent;
using System.Text.Json;
using NJsonSchema;
using NJsonSchema.Validation;

namespace OrleansAi.Vendors.Sanity;

/// <summary>A schema that callers gave, read once; or the reason why it cannot be read.</summary>
internal sealed record CallerSchema(JsonSchema? Schema, string? Unusable);

/// <summary>
/// The JSON Schemas of callers. References may lead inside the schema only: checking an answer must never make a call.
/// </summary>
internal sealed class Schemas
{
    private const int Most = 256;

    private readonly ConcurrentDictionary<string, CallerSchema> _schemas = new(StringComparer.Ordinal);

    /// <summary>The schema of a text.</summary>
    public CallerSchema Of(string text)
    {
        if (_schemas.TryGetValue(text, out var known))
        {
            return known;
        }

        if (_schemas.Count >= Most)
        {
            // Callers that make a new schema for every call would fill any cache; the ones in use come back at once.
            _schemas.Clear();
        }

        return _schemas[text] = Read(text);
    }

    /// <summary>The first difference between a value and a schema as path and rule; null for none.</summary>
    public static string? FirstDifference(JsonSchema schema, string json)
    {
        foreach (var error in schema.Validate(json))
        {
            return Describe(error);
        }

        return null;
    }

    private static string Describe(ValidationError error)
    {
        if (error is ChildSchemaValidationError { Errors: { } children } && children.Values.SelectMany(static list => list).FirstOrDefault() is { } child)
        {
            return Describe(child);
        }

        var path = error.Path is { Length: > 0 } at ? "$." + at.TrimStart('#', '/').Replace('/', '.') : "$";
        return $"{path}: {error.Kind}";
    }

    private static CallerSchema Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (FindForeign(document.RootElement) is { } reference)
            {
                return new CallerSchema(null, $"it refers to '{reference}', outside of itself");
            }

            // Nothing is fetched, so this ends at once.
            return new CallerSchema(JsonSchema.FromJsonAsync(text).GetAwaiter().GetResult(), null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or Newtonsoft.Json.JsonException
            or NotSupportedException or FormatException or ArgumentException)
        {
            return new CallerSchema(null, "it is not a JSON Schema");
        }
    }

    private static string? FindForeign(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Select(static member =>
                member.Name is "$ref" or "$dynamicRef" && member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() is { } reference
                    && !reference.StartsWith('#')
                    ? reference
                    : FindForeign(member.Value))
            .FirstOrDefault(static found => found is not null),
        JsonValueKind.Array => element.EnumerateArray().Select(FindForeign).FirstOrDefault(static found => found is not null),
        _ => null,
    };
}
