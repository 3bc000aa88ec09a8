using System.Buffers;
using System.Text;
using System.Text.Json;

namespace OrleansAi.Vendors.WireContracts;

/// <summary>Tells the form of what stands in an answer and not its content: that may be a customer's.</summary>
internal static class ContractShape
{
    /// <summary>The longest sample, characters.</summary>
    public const int Most = 80;

    private const int LongestName = 64;
    private const int LongestDigits = 10;
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:/@+");

    private static readonly string[] SecretBeginnings = ["sk-", "pk-", "eyJ", "Bearer", "ghp_", "AIza", "xox"];

    /// <summary>A text that looks like a name as it is; of any other only its length.</summary>
    public static string Name(ReadOnlySpan<byte> text) =>
        Name(Encoding.UTF8.GetString(text.Length <= 4 * LongestName ? text : text[..(4 * LongestName)]), text.Length);

    /// <inheritdoc cref="Name(ReadOnlySpan{byte})" />
    public static string Name(string text) => Name(text, text.Length);

    /// <summary>The name of a property in a path: never long, and no spaces or signs in it.</summary>
    public static string Property(ReadOnlySpan<byte> name)
    {
        var text = Name(name);
        return text.Contains('(', StringComparison.Ordinal) ? "?" : text;
    }

    /// <summary>A name with its digits masked.</summary>
    public static string Masked(string name) => string.Create(Math.Min(name.Length, Most), name, static (target, source) =>
    {
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = char.IsAsciiDigit(source[i]) ? '#' : source[i];
        }
    });

    /// <summary>The form of the value at which a reader stands, two levels deep.</summary>
    public static string Of(Utf8JsonReader reader)
    {
        var text = new StringBuilder(Most);
        Write(text, ref reader, levels: 2);
        return text.Length <= Most ? text.ToString() : text.ToString(0, Most - 1) + "…";
    }

    private static string Name(string text, int length)
    {
        var isName = text.Length is > 0 and <= LongestName
            && !text.AsSpan().ContainsAnyExcept(NameCharacters)
            && text.Count(char.IsAsciiDigit) <= LongestDigits
            && !Array.Exists(SecretBeginnings, beginning => text.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));
        return isName || length == 0 ? text : $"string({length})";
    }

    private static void Write(StringBuilder text, ref Utf8JsonReader reader, int levels)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when levels > 0:
                WriteObject(text, ref reader, levels);
                break;
            case JsonTokenType.StartObject:
                text.Append("object");
                reader.Skip();
                break;
            case JsonTokenType.StartArray when levels > 0 && text.Length < Most:
                text.Append('[');
                if (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    Write(text, ref reader, levels - 1);
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        reader.Skip();
                    }
                }

                text.Append(']');
                break;
            case JsonTokenType.StartArray:
                text.Append("array");
                reader.Skip();
                break;
            case JsonTokenType.String:
                text.Append("string(").Append(reader.ValueSpan.Length).Append(')');
                break;
            case JsonTokenType.Number:
                text.Append("number");
                break;
            case JsonTokenType.Null:
                text.Append("null");
                break;
            default:
                text.Append("boolean");
                break;
        }
    }

    private static void WriteObject(StringBuilder text, ref Utf8JsonReader reader, int levels)
    {
        text.Append('{');
        var isFirst = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            if (text.Length >= Most)
            {
                reader.Skip();
                continue;
            }

            text.Append(isFirst ? "" : ",").Append(Masked(Property(name))).Append(':');
            isFirst = false;
            Write(text, ref reader, levels - 1);
        }

        text.Append('}');
    }
}
