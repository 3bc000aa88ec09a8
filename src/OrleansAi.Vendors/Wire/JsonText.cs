using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansAi.Contracts.Models;

namespace OrleansAi.Vendors.Wire;

/// <summary>JSON that is carried as text and goes into a request as it is.</summary>
internal static class JsonText
{
    /// <summary>The key under which arguments that are no JSON object go out, as Anthropic advises for a model's broken calls.</summary>
    public const string InvalidKey = "INVALID_JSON";

    /// <summary>How deep an object may be; schemas go deeper than the reader's default.</summary>
    private const int MaxDepth = 256;

    /// <summary>
    /// How requests are written: nothing is escaped that JSON lets stand, for base 64 is full of '+' and prompts of
    /// quotation marks.
    /// </summary>
    public static readonly JsonWriterOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>True for the text of one whole JSON object.</summary>
    public static bool IsObject(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Writes the arguments of a call byte for byte; what is no object goes out inside one.</summary>
    public static void WriteArguments(this Utf8JsonWriter json, string property, string arguments)
    {
        json.WritePropertyName(property);
        if (IsObject(arguments))
        {
            json.WriteRawValue(arguments, skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        if (!string.IsNullOrWhiteSpace(arguments))
        {
            json.WriteString(InvalidKey, arguments);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes a JSON Schema byte for byte.</summary>
    /// <exception cref="Pipeline.VendorException">It is no JSON object.</exception>
    public static void WriteSchema(this Utf8JsonWriter json, string property, string schema, string whose)
    {
        if (!IsObject(schema))
        {
            throw VendorErrors.Unsupported(
                $"The JSON Schema of {whose} is not a JSON object.",
                whose.StartsWith("the function", StringComparison.Ordinal) ? "tools" : "text.format");
        }

        json.WritePropertyName(property);
        json.WriteRawValue(schema, skipInputValidation: true);
    }

    /// <summary>Writes a number if there is one.</summary>
    public static void WriteOptional(this Utf8JsonWriter json, string property, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(property, number);
        }
    }

    /// <summary>Writes a whole number, unless there is none.</summary>
    public static void WriteOptional(this Utf8JsonWriter json, string property, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(property, number);
        }
    }

    /// <summary>Writes a text, unless there is none.</summary>
    public static void WriteOptional(this Utf8JsonWriter json, string property, string? value)
    {
        if (value is not null)
        {
            json.WriteString(property, value);
        }
    }

    /// <summary>Writes the texts at which the model stops, unless there are none.</summary>
    public static void WriteStop(this Utf8JsonWriter json, string property, IReadOnlyList<string>? stops)
    {
        if (stops is not { Count: > 0 })
        {
            return;
        }

        json.WriteStartArray(property);
        foreach (var stop in stops)
        {
            json.WriteStringValue(stop);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes whether a function must be called, as OpenAI's APIs say it without naming one.</summary>
    public static void WriteToolChoice(this Utf8JsonWriter json, ToolChoiceMode mode) => json.WriteString("tool_choice", mode switch
    {
        ToolChoiceMode.None => "none",
        ToolChoiceMode.Required => "required",
        _ => "auto",
    });
}
