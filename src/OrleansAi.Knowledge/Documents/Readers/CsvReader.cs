using System.Text;

namespace OrleansAi.Knowledge.Documents.Readers;

/// <summary>Separated values (RFC 4180): each row a block of lines "name: value", with the names of the first row.</summary>
internal static class CsvReader
{
    private const int MostFields = 4_096;
    private static readonly char[] Separators = [',', ';', '\t', '|'];

    public static void Read(string source, DocumentBuilder builder, ReadingClock clock)
    {
        var separator = SeparatorOf(source);
        var (position, line) = (0, 1);
        List<string>? names = null;
        while (position < source.Length)
        {
            clock.Check();
            var start = position;
            var fields = ReadRow(source, separator, ref position, ref line);
            if (fields is [""])
            {
                continue;
            }

            if (names is null)
            {
                names = fields;
                continue;
            }

            var text = new StringBuilder();
            for (var i = 0; i < fields.Count; i++)
            {
                if (fields[i].Length > 0)
                {
                    text.Append(i < names.Count && names[i].Length > 0 ? $"{names[i]}: " : "").Append(fields[i]).Append('\n');
                }
            }

            builder.Add(BlockKind.Record, text.ToString().TrimEnd('\n'), TextSpan.Between(start, position));
        }

        if (builder.Blocks.Count == 0 && names is not null)
        {
            builder.Add(BlockKind.Record, string.Join('\n', names), new TextSpan(0, source.Length));
        }
    }

    private static List<string> ReadRow(string source, char separator, ref int position, ref int line)
    {
        var (fields, field, quotedFrom) = (new List<string>(), new StringBuilder(), 0);
        while (true)
        {
            if (position < source.Length && source[position] == '"' && field.Length == 0)
            {
                quotedFrom = line;
                position++;
                while (true)
                {
                    var quote = source.IndexOf('"', position);
                    if (quote < 0)
                    {
                        throw DocumentErrors.Invalid($"The file is not valid CSV: the quote that opens on line {quotedFrom} is never closed.");
                    }

                    var part = source.AsSpan(position, quote - position);
                    line += part.Count('\n');
                    field.Append(part);
                    position = quote + 1;
                    if (position >= source.Length || source[position] != '"')
                    {
                        break;
                    }

                    field.Append('"');
                    position++;
                }
            }

            var rest = source.AsSpan(position);
            var end = rest.IndexOfAny(separator, '\r', '\n');
            field.Append(end < 0 ? rest : rest[..end]);
            position = end < 0 ? source.Length : position + end;
            if (fields.Count == MostFields)
            {
                throw DocumentErrors.TooLarge($"A row of the file has more than {MostFields} fields: line {line}.");
            }

            fields.Add(field.ToString().Trim());
            field.Clear();
            if (position < source.Length && source[position] == separator)
            {
                position++;
                continue;
            }

            if (position < source.Length)
            {
                line++;
                position += source.AsSpan(position).StartsWith("\r\n") ? 2 : 1;
            }

            return fields;
        }
    }

    private static char SeparatorOf(string source)
    {
        var counts = new int[Separators.Length];
        var isQuoted = false;
        foreach (var c in source)
        {
            isQuoted ^= c == '"';
            if (c == '\n' && !isQuoted)
            {
                break;
            }

            var known = isQuoted ? -1 : Array.IndexOf(Separators, c);
            if (known >= 0)
            {
                counts[known]++;
            }
        }

        return Separators[Array.IndexOf(counts, counts.Max())];
    }
}
