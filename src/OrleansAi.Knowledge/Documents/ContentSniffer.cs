using System.Collections.Frozen;
using OrleansAi.Contracts.Errors;

namespace OrleansAi.Knowledge.Documents;

/// <summary>Says how a document is to be read: by what it begins with, then by its media type, then by its name, then by its look.</summary>
public static class ContentSniffer
{
    private static readonly FrozenDictionary<string, DocumentKind> ByMediaType = new Dictionary<string, DocumentKind>
    {
        ["text/markdown"] = DocumentKind.Markdown,
        ["text/x-markdown"] = DocumentKind.Markdown,
        ["text/html"] = DocumentKind.Html,
        ["application/xhtml+xml"] = DocumentKind.Html,
        ["application/json"] = DocumentKind.Json,
        ["text/json"] = DocumentKind.Json,
        ["application/jsonl"] = DocumentKind.Json,
        ["application/x-ndjson"] = DocumentKind.Json,
        ["text/csv"] = DocumentKind.Csv,
        ["text/tab-separated-values"] = DocumentKind.Csv,
        ["application/pdf"] = DocumentKind.Pdf,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, DocumentKind> ByExtension = Extensions();

    /// <summary>How a document is to be read.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.UnsupportedFile"/>: it is neither text nor a PDF.</exception>
    public static DocumentKind Detect(DocumentSource source)
    {
        var bytes = source.Bytes.Span;
        if (bytes.StartsWith("%PDF-"u8))
        {
            return DocumentKind.Pdf;
        }

        var mediaType = MediaTypeOf(source);
        var kind = ByMediaType.TryGetValue(mediaType, out var byType) ? byType
            : ByExtension.TryGetValue(Path.GetExtension(source.Name), out var byName) ? byName
            : (DocumentKind?)null;
        if (kind == DocumentKind.Pdf)
        {
            return DocumentKind.Pdf;
        }

        if (SourceText.IsBinary(bytes))
        {
            throw DocumentErrors.Unsupported(
                "The file is neither text nor a PDF. Text, Markdown, HTML, JSON, CSV, source code and PDF can be read.");
        }

        return kind ?? ByLook(bytes);
    }

    internal static string MediaTypeOf(DocumentSource source)
    {
        var mediaType = source.MediaType ?? "";
        var semicolon = mediaType.IndexOf(';', StringComparison.Ordinal);
        return (semicolon < 0 ? mediaType : mediaType[..semicolon]).Trim();
    }

    private static DocumentKind ByLook(ReadOnlySpan<byte> bytes)
    {
        var start = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        start = start[..Math.Min(start.Length, 1_024)].TrimStart(" \t\r\n"u8);
        Span<byte> lower = stackalloc byte[Math.Min(start.Length, 14)];
        for (var i = 0; i < lower.Length; i++)
        {
            lower[i] = start[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(start[i] | 0x20) : start[i];
        }

        return lower.StartsWith("<!doctype html"u8) || lower.StartsWith("<html"u8) ? DocumentKind.Html : DocumentKind.Text;
    }

    private static FrozenDictionary<string, DocumentKind> Extensions()
    {
        var kinds = new Dictionary<string, DocumentKind>();
        void Add(DocumentKind kind, string extensions)
        {
            foreach (var extension in extensions.Split(' '))
            {
                kinds[$".{extension}"] = kind;
            }
        }

        Add(DocumentKind.Text, "txt text log rst adoc tex");
        Add(DocumentKind.Markdown, "md markdown mdx");
        Add(DocumentKind.Html, "html htm xhtml");
        Add(DocumentKind.Json, "json jsonl ndjson");
        Add(DocumentKind.Csv, "csv tsv");
        Add(DocumentKind.Pdf, "pdf");
        Add(
            DocumentKind.Code,
            "c cc cpp cs css fs go h hpp java js jsx kt lua mjs php pl ps1 py r rb rs scala sh sql swift toml ts tsx vb xml yaml yml ini");
        return kinds.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
