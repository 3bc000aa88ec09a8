using Markdig;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;

namespace OrleansAi.Knowledge.Documents.Readers;

/// <summary>Markdown: the source stays the text, Markdig says where its blocks begin.</summary>
internal static class MarkdownReader
{
    private static readonly MarkdownPipeline Pipeline = Build();

    public static void Read(string source, DocumentBuilder builder, ReadingClock clock)
    {
        var starts = new List<(int, BlockKind, int, string)>();
        foreach (var block in Markdown.Parse(source, Pipeline))
        {
            clock.Check();

            // A definition of a link stands where it is written, but is listed at the end.
            if (block is LinkReferenceDefinitionGroup || block.Span.IsEmpty || (starts.Count > 0 && block.Span.Start <= starts[^1].Item1))
            {
                continue;
            }

            var title = block is HeadingBlock ? TitleOf(source.AsSpan(block.Span.Start, block.Span.Length)) : "";
            starts.Add(block switch
            {
                HeadingBlock heading => (block.Span.Start, BlockKind.Heading, heading.Level, title),
                YamlFrontMatterBlock => (block.Span.Start, BlockKind.Paragraph, 0, ""),
                CodeBlock => (block.Span.Start, BlockKind.Code, 0, ""),
                _ => (block.Span.Start, BlockKind.Paragraph, 0, ""),
            });
            builder.Title ??= block is HeadingBlock { Level: 1 } ? title : null;
        }

        if (starts.Count == 0)
        {
            starts.Add((0, BlockKind.Paragraph, 0, ""));
        }

        builder.TakeSource(source, starts);
    }

    private static MarkdownPipeline Build()
    {
        var builder = new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePreciseSourceLocation();

        // Only blocks are wanted, and emphasis and links are where bad input takes its time.
        builder.InlineParsers.Clear();
        return builder.Build();
    }

    private static string TitleOf(ReadOnlySpan<char> heading)
    {
        var line = heading.TrimStart();
        var newLine = line.IndexOfAny('\r', '\n');
        line = (newLine < 0 ? line : line[..newLine]).Trim();
        return line.StartsWith('#') ? line.Trim('#').Trim().ToString() : line.ToString();
    }
}
