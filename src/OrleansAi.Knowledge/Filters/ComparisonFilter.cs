using System.Text.Json;

namespace OrleansAi.Knowledge.Filters;

/// <summary>Compares one attribute.</summary>
/// <param name="Key">The attribute's name.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Values">With what: one value, or any number for <see cref="ComparisonOperator.In"/> and <see cref="ComparisonOperator.Nin"/>.</param>
public sealed record ComparisonFilter(string Key, ComparisonOperator Operator, IReadOnlyList<AttributeValue> Values) : AttributeFilter
{
    /// <summary>Compares with one value.</summary>
    public ComparisonFilter(string key, ComparisonOperator comparison, AttributeValue value)
        : this(key, comparison, [value])
    {
    }

    /// <inheritdoc />
    public override bool Matches(IReadOnlyDictionary<string, AttributeValue> attributes)
    {
        var isThere = attributes.TryGetValue(Key, out var value);
        return Operator switch
        {
            ComparisonOperator.Eq or ComparisonOperator.In => isThere && Values.Contains(value),
            ComparisonOperator.Ne or ComparisonOperator.Nin => !isThere || !Values.Contains(value),
            ComparisonOperator.Gt => isThere && value.CompareWith(Values[0]) > 0,
            ComparisonOperator.Gte => isThere && value.CompareWith(Values[0]) >= 0,
            ComparisonOperator.Lt => isThere && value.CompareWith(Values[0]) < 0,
            _ => isThere && value.CompareWith(Values[0]) <= 0,
        };
    }

    internal override void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type", AttributeFilterReader.NameOf(Operator));
        writer.WriteString("key", Key);
        writer.WritePropertyName("value");
        var isList = Operator is ComparisonOperator.In or ComparisonOperator.Nin;
        if (isList)
        {
            writer.WriteStartArray();
        }

        foreach (var value in Values)
        {
            AttributeValueConverter.Write(writer, value);
        }

        if (isList)
        {
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
