using UglyToad.PdfPig;
using UglyToad.PdfPig.DocumentLayoutAnalysis.TextExtractor;
using UglyToad.PdfPig.Exceptions;

namespace OrleansAi.Knowledge.Documents.Readers;

/// <summary>PDF: the text of each page, in the order of its content.</summary>
internal static class PdfReader
{
    public static void Read(ReadOnlyMemory<byte> bytes, DocumentBuilder builder, ReadingClock clock, DocumentLimits limits)
    {
        using var document = Open(bytes, limits);
        if (document.NumberOfPages > limits.MostPages)
        {
            throw DocumentErrors.TooLarge($"The PDF has {document.NumberOfPages} pages, the limit is {limits.MostPages}; split it.");
        }

        builder.Title = string.IsNullOrWhiteSpace(document.Information.Title) ? null : document.Information.Title.Trim();
        for (var page = 1; page <= document.NumberOfPages; page++)
        {
            clock.Check();
            var text = ContentOrderTextExtractor.GetText(document.GetPage(page), addDoubleNewline: true)
                .Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\0', ' ');
            foreach (var paragraph in text.Split("\n\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                builder.Add(BlockKind.Paragraph, paragraph, source: null, page: page);
            }
        }

        if (builder.Blocks.Count == 0)
        {
            throw DocumentErrors.Invalid("The PDF has no text in it; if it was scanned, recognise its text first.");
        }
    }

    private static PdfDocument Open(ReadOnlyMemory<byte> bytes, DocumentLimits limits)
    {
        try
        {
            return PdfDocument.Open(bytes, new ParsingOptions { SkipMissingFonts = true, MaxStackDepth = limits.DeepestNesting });
        }
        catch (PdfDocumentEncryptedException exception)
        {
            throw DocumentErrors.Invalid("The PDF is encrypted; send it without its password.", exception);
        }
    }
}
