using System.Text.Json;

namespace OrleansAi.Vendors.WireContracts;

/// <summary>Looks for one member of a JSON object. What is not JSON has none.</summary>
internal static class JsonPeek
{
    /// <summary>Deep enough for any data; what is deeper is no answer.</summary>
    public static readonly JsonReaderOptions Options = new() { MaxDepth = 512 };

    /// <summary>The text of a member as it is written; empty for none.</summary>
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(json, Options);
        return TryFind(ref reader, name) && reader.TokenType == JsonTokenType.String ? reader.ValueSpan : default;
    }

    /// <summary>True for an object with an <c>error</c>, or a list that begins with one.</summary>
    public static bool HasError(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        return TryFind(ref reader, "error"u8) && reader.TokenType != JsonTokenType.Null;
    }

    /// <summary>True when the name or text at which a reader stands is this one, also where its letters are escaped.</summary>
    public static bool Is(in Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan.SequenceEqual(name);
        }

        try
        {
            return reader.ValueTextEquals(name);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: JSON, but no text, and so no name that anybody knows.
            return false;
        }
    }

    private static bool TryFind(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        try
        {
            if (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
            {
                reader.Read();
            }

            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isIt = Is(reader, name);
                reader.Read();
                if (isIt)
                {
                    return true;
                }

                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // The walk over the whole reports it.
        }

        return false;
    }
}
