using System.Text.Json;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.VectorStores;

/// <summary>Checks OpenAI's comparison and compound filters field by field, so that an error names the place.</summary>
internal static class FilterFields
{
    private const int DeepestNesting = 8;
    private const int MostFilters = 100;
    private const int MostValues = 1_000;
    private const int LongestKey = 64;

    /// <summary>The filter as JSON, or null when there is none.</summary>
    public static string? Read(JsonFields fields, string field)
    {
        if (fields.RawObject(field) is not { } text)
        {
            return null;
        }

        var left = MostFilters;
        Check(fields.Any(field)!.Value, fields.Name(field), DeepestNesting, ref left);
        return text;
    }

    private static void Check(JsonElement filter, string name, int depth, ref int left)
    {
        if (depth == 0 || --left < 0)
        {
            throw new OrleansAiException(
                ErrorCodes.TooManyItems, $"'{name}' is one too many: a filter has at most {MostFilters} parts, nested at most {DeepestNesting} deep.")
            {
                Param = name,
            };
        }

        var fields = new JsonFields(filter, name);
        var type = fields.Choice("type", "eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "and", "or") ?? throw VectorStoreFields.Required(fields, "type");
        if (type is "and" or "or")
        {
            var parts = fields.List("filters", MostFilters);
            fields.Done();
            if (parts.Count == 0)
            {
                throw Invalid.Request($"'{fields.Name("filters")}' must have at least one filter.", fields.Name("filters"));
            }

            foreach (var (part, partName) in parts)
            {
                Check(part, partName, depth - 1, ref left);
            }

            return;
        }

        if ((fields.Text("key", LongestKey) ?? throw VectorStoreFields.Required(fields, "key")).Length == 0)
        {
            throw Invalid.Request($"'{fields.Name("key")}' is empty.", fields.Name("key"));
        }

        var value = fields.Any("value") ?? throw VectorStoreFields.Required(fields, "value");
        fields.Done();
        if (type is not ("in" or "nin"))
        {
            CheckValue(value, fields.Name("value"));
            return;
        }

        foreach (var (one, oneName) in fields.List("value", MostValues))
        {
            CheckValue(one, oneName);
        }
    }

    private static void CheckValue(JsonElement value, string name)
    {
        var isGood = value.ValueKind switch
        {
            JsonValueKind.String => JsonFields.ReadText(value, name) is not null,
            JsonValueKind.Number => value.TryGetDouble(out var number) && double.IsFinite(number),
            JsonValueKind.True or JsonValueKind.False => true,
            _ => false,
        };
        if (!isGood)
        {
            throw Invalid.Request($"'{name}' must be a string, a number, true or false.", name);
        }
    }
}
