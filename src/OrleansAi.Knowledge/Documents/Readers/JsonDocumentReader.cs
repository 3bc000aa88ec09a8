using System.Text;
using System.Text.Json;

namespace OrleansAi.Knowledge.Documents.Readers;

/// <summary>JSON and JSON Lines: one line for each value, with the path to it; one block for each element at the top.</summary>
internal static class JsonDocumentReader
{
    public static void Read(string source, DocumentBuilder builder, ReadingClock clock, DocumentLimits limits)
    {
        var bytes = Encoding.UTF8.GetBytes(source);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions
        {
            AllowMultipleValues = true,
            AllowTrailingCommas = true,
            CommentHandling = JsonCommentHandling.Skip,
            MaxDepth = limits.DeepestNesting,
        });
        try
        {
            Read(ref reader, bytes, builder, clock);
        }
        catch (JsonException exception)
        {
            throw DocumentErrors.Invalid(
                $"The file is not valid JSON, or nested deeper than {limits.DeepestNesting}: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.");
        }
    }

    private static void Read(ref Utf8JsonReader reader, byte[] bytes, DocumentBuilder builder, ReadingClock clock)
    {
        var path = new JsonPath();
        var lines = new StringBuilder();
        var (start, counted, characters) = (0, 0, 0);
        while (reader.Read())
        {
            clock.Check();
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                path.Property(reader.GetString()!);
                start = path.Depth == 1 ? (int)reader.TokenStartIndex : start;
                continue;
            }

            var isEnd = reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject;
            if (!isEnd)
            {
                path.Value();
                if (path.Depth == 0 || path.IsElementAtTop)
                {
                    start = (int)reader.TokenStartIndex;
                }
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    path.Enter(reader.TokenType == JsonTokenType.StartArray);
                    continue;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    path.Leave();
                    break;
                default:
                    path.WriteTo(lines);
                    lines.Append(reader.TokenType == JsonTokenType.String ? reader.GetString() : Encoding.UTF8.GetString(reader.ValueSpan)).Append('\n');
                    break;
            }

            if (path.Depth <= 1 && lines.Length > 0)
            {
                characters += Encoding.UTF8.GetCharCount(bytes, counted, start - counted);
                counted = start;
                var length = Encoding.UTF8.GetCharCount(bytes, start, (int)reader.BytesConsumed - start);
                builder.Add(BlockKind.Record, lines.ToString().TrimEnd('\n'), new TextSpan(characters, length));
                lines.Clear();
            }
        }
    }
}
