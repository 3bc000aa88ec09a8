namespace OrleansAi.Knowledge.Documents.Readers;

/// <summary>Text and code: blocks are what blank lines separate.</summary>
internal static class PlainTextReader
{
    public static void Read(string source, DocumentBuilder builder, ReadingClock clock, bool isCode)
    {
        var starts = new List<(int, BlockKind, int, string)>();
        var kind = isCode ? BlockKind.Code : BlockKind.Paragraph;
        var (position, isAfterBlank) = (0, true);
        while (position < source.Length)
        {
            clock.Check();
            var newLine = source.IndexOf('\n', position);
            var end = newLine < 0 ? source.Length : newLine + 1;
            var line = source.AsSpan(position, end - position);
            if (line.IsWhiteSpace())
            {
                isAfterBlank = true;
            }
            else
            {
                // In code only a line at the margin begins something new; what is indented belongs to what is above.
                if (isAfterBlank && !(isCode && starts.Count > 0 && (char.IsWhiteSpace(line[0]) || line[0] is '}' or ')' or ']')))
                {
                    starts.Add((position, kind, 0, ""));
                }

                isAfterBlank = false;
            }

            position = end;
        }

        builder.TakeSource(source, starts);
    }
}
