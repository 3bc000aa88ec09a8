using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansAi.Knowledge.Filters;

/// <summary>Values as plain JSON.</summary>
internal sealed class AttributeValueConverter : JsonConverter<AttributeValue>
{
    public override AttributeValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => new AttributeValue(reader.GetString()!),
        JsonTokenType.Number => new AttributeValue(reader.GetDouble()),
        JsonTokenType.True => new AttributeValue(true),
        JsonTokenType.False => new AttributeValue(false),
        _ => throw new JsonException("An attribute is a string, a number or a boolean."),
    };

    public override void Write(Utf8JsonWriter writer, AttributeValue value, JsonSerializerOptions options) => Write(writer, value);

    public static void Write(Utf8JsonWriter writer, AttributeValue value)
    {
        switch (value.Kind)
        {
            case AttributeKind.Text:
                writer.WriteStringValue(value.Text);
                break;
            case AttributeKind.Number:
                writer.WriteNumberValue(value.Number);
                break;
            default:
                writer.WriteBooleanValue(value.Flag);
                break;
        }
    }
}
