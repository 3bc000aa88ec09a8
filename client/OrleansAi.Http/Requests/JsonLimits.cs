using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.Requests;

/// <summary>
/// What every body must keep to, whatever it is for (invariant 14): JSON in UTF-8 whose strings are text, with bounds for
/// depth, values and lengths. Who reads fields afterwards need not fear any of it.
/// </summary>
internal static class JsonLimits
{
    private const int LongestName = 512;
    private const int LargestPooled = 64 << 10;

    /// <summary>Checks a body before anything is made of it.</summary>
    /// <exception cref="OrleansAiException">It breaks a limit, or is no JSON.</exception>
    public static void Check(ReadOnlySpan<byte> body, HttpOptions options)
    {
        if (body.IsEmpty)
        {
            throw Invalid.Request("The body is empty; send a JSON object.");
        }

        if (!Utf8.IsValid(body))
        {
            throw Invalid.Request("The body is not valid UTF-8.");
        }

        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = options.MaxJsonDepth + 1 });
        var counts = new int[options.MaxJsonDepth + 2];
        var field = default(Range);
        try
        {
            while (reader.Read())
            {
                if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 })
                {
                    var start = (int)reader.TokenStartIndex + 1;
                    field = start..(start + reader.ValueSpan.Length);
                }

                Check(ref reader, counts, options);
            }
        }
        catch (OrleansAiException exception) when (!field.Equals(default))
        {
            throw new OrleansAiException(exception.Code, exception.Message) { Param = Encoding.UTF8.GetString(body[field]) };
        }
        catch (JsonException exception)
        {
            throw Invalid.Request($"The body is not valid JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.");
        }
    }

    /// <summary>Checks what a request may hold of some things, wherever its format has them.</summary>
    /// <exception cref="OrleansAiException">It breaks a limit.</exception>
    public static void CheckParts(JsonElement root, HttpOptions options)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var name in (ReadOnlySpan<string>)["tools", "functions"])
        {
            if (root.TryGetProperty(name, out var tools) && tools.ValueKind == JsonValueKind.Array)
            {
                CheckTools(tools, name, options);
            }
        }

        CheckSchema(Inner(root, "text", "format", "schema"), "text.format.schema", options);
        CheckSchema(Inner(root, "response_format", "json_schema", "schema"), "response_format.json_schema.schema", options);
    }

    private static void Check(ref Utf8JsonReader reader, int[] counts, HttpOptions options)
    {
        var depth = reader.CurrentDepth;
        switch (reader.TokenType)
        {
            case JsonTokenType.EndArray or JsonTokenType.EndObject:
                return;
            case JsonTokenType.PropertyName:
                CheckString(ref reader, LongestName, "The name of a field");
                return;
            case JsonTokenType.String:
                CheckString(ref reader, options.MaxStringLength, "A string");
                break;
            case JsonTokenType.StartArray or JsonTokenType.StartObject when depth >= options.MaxJsonDepth:
                throw new OrleansAiException(
                    ErrorCodes.JsonTooDeep, $"The body is nested deeper than the limit of {options.MaxJsonDepth}, at byte {reader.TokenStartIndex}.");
            case JsonTokenType.StartArray or JsonTokenType.StartObject:
                counts[depth + 1] = 0;
                break;
        }

        if (depth > 0 && ++counts[depth] > options.MaxItems)
        {
            throw new OrleansAiException(
                ErrorCodes.TooManyItems,
                $"An array or object of the body has more values than the limit of {options.MaxItems}, at byte {reader.TokenStartIndex}.");
        }
    }

    private static void CheckString(ref Utf8JsonReader reader, int longest, string what)
    {
        var length = reader.ValueSpan.Length;
        if (length > longest)
        {
            throw new OrleansAiException(
                ErrorCodes.StringTooLong, $"{what} at byte {reader.TokenStartIndex} has {length} bytes, the limit is {longest}.");
        }

        if (!reader.ValueIsEscaped)
        {
            return;
        }

        // An escape can give half of a surrogate pair, which is no text and could not be stored byte for byte.
        var text = length <= LargestPooled ? ArrayPool<char>.Shared.Rent(length) : new char[length];
        try
        {
            reader.CopyString(text);
        }
        catch (InvalidOperationException)
        {
            throw Invalid.Request($"{what} at byte {reader.TokenStartIndex} is not valid Unicode.");
        }
        finally
        {
            if (length <= LargestPooled)
            {
                ArrayPool<char>.Shared.Return(text);
            }
        }
    }

    private static void CheckTools(JsonElement tools, string name, HttpOptions options)
    {
        if (tools.GetArrayLength() > options.MaxTools)
        {
            throw new OrleansAiException(
                ErrorCodes.TooManyTools, $"'{name}' has {tools.GetArrayLength()} tools, the limit is {options.MaxTools}.") { Param = name };
        }

        var index = 0;
        foreach (var tool in tools.EnumerateArray())
        {
            CheckSchema(Inner(tool, "parameters"), $"{name}[{index}].parameters", options);
            CheckSchema(Inner(tool, "function", "parameters"), $"{name}[{index}].function.parameters", options);
            index++;
        }
    }

    private static void CheckSchema(JsonElement? schema, string name, HttpOptions options)
    {
        if (schema is { } given && JsonMarshal.GetRawUtf8Value(given).Length is var length && length > options.MaxSchemaBytes)
        {
            throw new OrleansAiException(
                ErrorCodes.SchemaTooLarge, $"'{name}' has {length} bytes, the limit is {options.MaxSchemaBytes}.") { Param = name };
        }
    }

    private static JsonElement? Inner(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element;
    }
}
