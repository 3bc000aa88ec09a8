using System.Text.Json;
using OrleansAi.Contracts.Errors;

namespace OrleansAi.Knowledge.Filters;

/// <summary>Reads OpenAI's comparison and compound filters.</summary>
public static class AttributeFilterReader
{
    /// <summary>How deep filters may be nested.</summary>
    public const int DeepestNesting = 8;

    /// <summary>The most comparisons and compounds of a filter together.</summary>
    public const int MostFilters = 100;

    /// <summary>The most values of an <c>in</c> or <c>nin</c>.</summary>
    public const int MostValues = 1_000;

    private const string Param = "filters";

    /// <summary>Reads a filter.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>; its parameter is <c>filters</c>.</exception>
    public static AttributeFilter Read(JsonElement json)
    {
        var left = MostFilters;
        return Read(json, DeepestNesting, ref left);
    }

    internal static string NameOf(ComparisonOperator comparison) => comparison switch
    {
        ComparisonOperator.Eq => "eq",
        ComparisonOperator.Ne => "ne",
        ComparisonOperator.Gt => "gt",
        ComparisonOperator.Gte => "gte",
        ComparisonOperator.Lt => "lt",
        ComparisonOperator.Lte => "lte",
        ComparisonOperator.In => "in",
        _ => "nin",
    };

    private static AttributeFilter Read(JsonElement json, int depth, ref int left)
    {
        if (depth == 0 || --left < 0)
        {
            throw Invalid($"A filter has at most {MostFilters} parts, nested at most {DeepestNesting} deep.");
        }

        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
        {
            throw Invalid("A filter is an object with a 'type'.");
        }

        var name = type.GetString()!;
        return name is "and" or "or" ? ReadCompound(json, name, depth, ref left) : ReadComparison(json, name);
    }

    private static CompoundFilter ReadCompound(JsonElement json, string name, int depth, ref int left)
    {
        if (!json.TryGetProperty("filters", out var parts) || parts.ValueKind != JsonValueKind.Array || parts.GetArrayLength() == 0)
        {
            throw Invalid($"A filter of the type '{name}' has a list 'filters' that is not empty.");
        }

        var filters = new List<AttributeFilter>();
        foreach (var part in parts.EnumerateArray())
        {
            filters.Add(Read(part, depth - 1, ref left));
        }

        return new CompoundFilter(name == "and", filters);
    }

    private static ComparisonFilter ReadComparison(JsonElement json, string name)
    {
        var comparison = Enum.GetValues<ComparisonOperator>().Cast<ComparisonOperator?>().FirstOrDefault(known => NameOf(known!.Value) == name)
            ?? throw Invalid($"A filter's type is eq, ne, gt, gte, lt, lte, in, nin, and or or, not '{Short(name)}'.");
        if (!json.TryGetProperty("key", out var key) || key.ValueKind != JsonValueKind.String || key.GetString() is not { Length: > 0 } keyText)
        {
            throw Invalid($"A filter of the type '{name}' has a 'key'.");
        }

        if (!json.TryGetProperty("value", out var value))
        {
            throw Invalid($"A filter of the type '{name}' has a 'value'.");
        }

        if (comparison is not (ComparisonOperator.In or ComparisonOperator.Nin))
        {
            return new ComparisonFilter(keyText, comparison, ReadValue(value, name));
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > MostValues)
        {
            throw Invalid($"The value of a filter of the type '{name}' is a list of at most {MostValues}.");
        }

        return new ComparisonFilter(keyText, comparison, [.. value.EnumerateArray().Select(one => ReadValue(one, name))]);
    }

    private static AttributeValue ReadValue(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.String => new AttributeValue(value.GetString()!),
        JsonValueKind.Number => new AttributeValue(value.GetDouble()),
        JsonValueKind.True => new AttributeValue(true),
        JsonValueKind.False => new AttributeValue(false),
        _ => throw Invalid($"A filter of the type '{name}' compares with a string, a number or a boolean."),
    };

    private static string Short(string text) => text.Length <= 32 ? text : $"{text.AsSpan(0, 32)}…";

    private static OrleansAiException Invalid(string message) => new(ErrorCodes.InvalidRequest, message) { Param = Param };
}
