using System.Text.Json;

namespace OrleansAi.Knowledge.Filters;

/// <summary>All or any of several filters.</summary>
/// <param name="IsAnd">True when all must match, false when one is enough.</param>
/// <param name="Filters">The filters, at least one.</param>
public sealed record CompoundFilter(bool IsAnd, IReadOnlyList<AttributeFilter> Filters) : AttributeFilter
{
    /// <inheritdoc />
    public override bool Matches(IReadOnlyDictionary<string, AttributeValue> attributes)
    {
        foreach (var filter in Filters)
        {
            if (filter.Matches(attributes) != IsAnd)
            {
                return !IsAnd;
            }
        }

        return IsAnd;
    }

    internal override void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type", IsAnd ? "and" : "or");
        writer.WriteStartArray("filters");
        foreach (var filter in Filters)
        {
            filter.Write(writer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
