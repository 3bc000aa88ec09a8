using System.Text;
using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Documents;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;
using Xunit;

namespace OrleansAi.Tests.Unit.Knowledge;

/// <summary>What each kind of document is read as.</summary>
public sealed class DocumentTests
{
    [Theory]
    [InlineData("notes.txt", null, "plain", DocumentKind.Text)]
    [InlineData("notes", "text/plain; charset=utf-8", "plain", DocumentKind.Text)]
    [InlineData("README.md", null, "# x", DocumentKind.Markdown)]
    [InlineData("README.md", "text/plain", "# x", DocumentKind.Markdown)]
    [InlineData("page", "text/html", "x", DocumentKind.Html)]
    [InlineData("page.txt", "text/html", "x", DocumentKind.Html)]
    [InlineData("page", null, " <!DOCTYPE HTML><p>x", DocumentKind.Html)]
    [InlineData("data.json", null, "{}", DocumentKind.Json)]
    [InlineData("data.tsv", null, "a\tb", DocumentKind.Csv)]
    [InlineData("Program.cs", null, "class A;", DocumentKind.Code)]
    public void Detect_ByTypeNameAndLook_FindsTheKind(string name, string? mediaType, string text, DocumentKind kind)
    {
        Assert.Equal(kind, ContentSniffer.Detect(new DocumentSource(name, Encoding.UTF8.GetBytes(text)) { MediaType = mediaType }));
    }

    [Fact]
    public async Task Extract_OfText_IsTheSourceInParagraphs()
    {
        const string Text = "\nFirst line\nsecond line\r\n\r\nSecond paragraph.\n \n\nThird.";

        var document = await ReadAsync("a.txt", Text);

        Assert.Equal(Text, document.Text);
        Assert.Equal(["\nFirst line\nsecond line\r\n\r\n", "Second paragraph.\n \n\n", "Third."], Blocks(document));
        Assert.Equal(Indexes.Hash(Text), document.Hash);
        Tiles(document);
    }

    [Fact]
    public async Task Extract_OfCode_KeepsWhatIsIndentedWithWhatIsAbove()
    {
        var document = await ReadAsync("a.cs", "class A\n{\n    int a;\n\n    int b;\n\n}\n\nclass B;\n");

        Assert.Equal(2, document.Blocks.Count);
        Assert.All(document.Blocks, static block => Assert.Equal(BlockKind.Code, block.Kind));
        Tiles(document);
    }

    [Fact]
    public async Task Extract_OfMarkdown_IsTheSourceWithItsBlocks()
    {
        const string Text = "---\ntitle: x\n---\n\n# Guide #\n\nSome *text* with [a link][1].\n\n```sh\n# no heading\n\nrun\n```\n\nSub\n---\n\n- one\n\n  two\n\n[1]: https://example.org\n\nEnd.\n";

        var document = await ReadAsync("a.md", Text);

        Assert.Equal(Text, document.Text);
        Assert.Equal("Guide", document.Title);
        Assert.Equal([("Guide", 1), ("Sub", 2)], document.Blocks.Where(static block => block.Kind == BlockKind.Heading).Select(static block => (block.Title, block.Level)));
        var code = Assert.Single(document.Blocks, static block => block.Kind == BlockKind.Code);
        Assert.Equal("```sh\n# no heading\n\nrun\n```\n\n", document.Text.Substring(code.Span.Start, code.Span.Length));
        Tiles(document);
    }

    [Fact]
    public async Task Extract_OfHtml_IsWhatAReaderWouldSee()
    {
        const string Html = """
            <!doctype html><html><head><title> The
            title </title><style>p { color: red }</style></head>
            <body><script>alert(1)</script><h1>Guide <em>one</em></h1>
            <p>Some &amp; text<br>more   text.<p hidden>secret</p>
            <pre>
            var x = 1;
              y();
            </pre>
            <ul><li>first</li><li>second <b>bold</b></li></ul>
            <table><tr><th>Name</th><th>Age</th></tr><tr><td>Ada</td><td>36</td></tr></table>
            <div>loose text<div>inner</div>tail</div><img alt="A picture"></body></html>
            """;

        var document = await ReadAsync("a.html", Html);

        Assert.Equal("The title", document.Title);
        Assert.Equal(
            "Guide one\n\nSome & text more text.\n\nvar x = 1;\n  y();\n\n- first\n- second bold\n\nName | Age\nAda | 36\n\nloose text\n\ninner\n\ntail\n\nA picture",
            document.Text);
        Assert.Equal(
            [BlockKind.Heading, BlockKind.Paragraph, BlockKind.Code, BlockKind.Paragraph, BlockKind.Paragraph, BlockKind.Table, BlockKind.Table],
            document.Blocks.Take(7).Select(static block => block.Kind));
        var cell = document.Blocks[6];
        Assert.StartsWith("<tr><td>Ada", Html.Substring(cell.Source.Start, cell.Source.Length), StringComparison.Ordinal);
        Tiles(document);
    }

    [Theory]
    [InlineData("text/html; charset=iso-8859-1", "<p>caf\u00e9")]
    [InlineData(null, "<meta charset=\"windows-1252\"><p>caf\u00e9")]
    public async Task Extract_OfHtmlInADeclaredCharset_ReadsIt(string? mediaType, string html)
    {
        var source = new DocumentSource("a.html", Encoding.Latin1.GetBytes(html)) { MediaType = mediaType };

        Assert.Equal("café", (await Extractor().ExtractAsync(source, CancellationToken.None)).Text);
    }

    [Fact]
    public async Task Extract_OfUtf16WithAMark_ReadsIt()
    {
        var bytes = Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("żółw 🐢")).ToArray();

        Assert.Equal("żółw 🐢", (await Extractor().ExtractAsync(new DocumentSource("a.txt", bytes), CancellationToken.None)).Text);
    }

    [Fact]
    public async Task Extract_OfJson_IsALineForEachValueWithItsPath()
    {
        const string Json = """{"naïve": "ü", "users": [{"name": "Ada", "tags": ["a", true]}, {"name": null}], "empty": {}, "n": -1.50}""";

        var document = await ReadAsync("a.json", Json);

        Assert.Equal("naïve: ü\n\nusers[0].name: Ada\nusers[0].tags[0]: a\nusers[0].tags[1]: true\nusers[1].name: null\n\nn: -1.50", document.Text);
        Assert.Equal(
            ["\"naïve\": \"ü\"", "\"users\": [{\"name\": \"Ada\", \"tags\": [\"a\", true]}, {\"name\": null}]", "\"n\": -1.50"],
            document.Blocks.Select(block => Json.Substring(block.Source.Start, block.Source.Length)));
        Tiles(document);
    }

    [Fact]
    public async Task Extract_OfJsonLines_IsABlockForEachLine()
    {
        var document = await ReadAsync("a.jsonl", "{\"a\": 1, \"b\": {\"c\": 2}}\n{\"a\": 3}\n");

        Assert.Equal("a: 1\n\nb.c: 2\n\na: 3", document.Text);
    }

    [Fact]
    public async Task Extract_OfAJsonArray_IsABlockForEachElement()
    {
        var document = await ReadAsync("a.json", """[{"a": 1, "b": [2, 3]}, "x"]""");

        Assert.Equal(["[0].a: 1\n[0].b[0]: 2\n[0].b[1]: 3\n\n", "[1]: x"], Blocks(document));
    }

    [Theory]
    [InlineData("name,city\nAda,\"London, UK\"\n\n\"Bob \"\"B\"\"\",\"two\nlines\"\r\nEve,")]
    [InlineData("name;city\nAda;London, UK\nBob \"B\";\"two\nlines\"\nEve;\n")]
    [InlineData("name\tcity\nAda\tLondon, UK\nBob \"B\"\t\"two\nlines\"\nEve\t")]
    public async Task Extract_OfCsv_IsABlockForEachRow(string csv)
    {
        var document = await ReadAsync("a.csv", csv);

        Assert.Equal("name: Ada\ncity: London, UK\n\nname: Bob \"B\"\ncity: two\nlines\n\nname: Eve", document.Text);
        Assert.StartsWith("Ada", csv[document.Blocks[0].Source.Start..], StringComparison.Ordinal);
        Tiles(document);
    }

    [Fact]
    public async Task Extract_OfAPdf_IsTheTextOfItsPages()
    {
        var builder = new PdfDocumentBuilder();
        var font = builder.AddStandard14Font(Standard14Font.Helvetica);
        foreach (var text in new[] { "The first page.", "The second page." })
        {
            builder.AddPage(PageSize.A4).AddText(text, 12, new PdfPoint(25, 700), font);
        }

        var document = await Extractor().ExtractAsync(new DocumentSource("a.bin", builder.Build()), CancellationToken.None);

        Assert.Equal((DocumentKind.Pdf, "The first page.\n\nThe second page."), (document.Kind, document.Text));
        Assert.Equal([1, 2], document.Blocks.Select(static block => block.Page));
        Tiles(document);
    }

    [Fact]
    public async Task Extract_OfTheSameBytes_GivesTheSameDocument()
    {
        const string Html = "<h1>A</h1><p>b<p>c";

        Assert.Equivalent(await ReadAsync("a.html", Html), await ReadAsync("a.html", Html), strict: true);
    }

    [Theory]
    [InlineData("a.json", "{\"a\":", ErrorCodes.InvalidFile)]
    [InlineData("a.json", "{a: 1}", ErrorCodes.InvalidFile)]
    [InlineData("a.csv", "a,b\n1,\"2\n", ErrorCodes.InvalidFile)]
    [InlineData("a.pdf", "%PDF-1.7\nnonsense", ErrorCodes.InvalidFile)]
    [InlineData("a.pdf", "not a pdf", ErrorCodes.InvalidFile)]
    [InlineData("a.zip", "PK\u0003\u0004\0\0", ErrorCodes.UnsupportedFile)]
    [InlineData("a.txt", "\0\u0001\u0002", ErrorCodes.UnsupportedFile)]
    public async Task Extract_OfABrokenFile_NamesTheError(string name, string text, string code)
    {
        var exception = await Assert.ThrowsAsync<OrleansAiException>(() => ReadAsync(name, text));

        Assert.Equal((code, "file", false), (exception.Code, exception.Param, exception.IsTransient));
    }

    [Fact]
    public async Task Extract_OfBytesThatAreNoUtf8_SaysWhere()
    {
        var source = new DocumentSource("a.txt", new byte[] { (byte)'a', (byte)'b', 0xFF, (byte)'c' });

        var exception = await Assert.ThrowsAsync<OrleansAiException>(() => Extractor().ExtractAsync(source, CancellationToken.None));

        Assert.Equal(ErrorCodes.InvalidFile, exception.Code);
        Assert.Contains("byte 2", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.html", "<div>", "x")]
    [InlineData("a.html", "<b><i><p>", "x")]
    [InlineData("a.md", "> ", "x")]
    [InlineData("a.md", "- ", "x")]
    [InlineData("a.md", "[", "x")]
    [InlineData("a.md", "**a ", "x")]
    [InlineData("a.json", "[", "")]
    [InlineData("a.json", "{\"a\":", "")]
    public async Task Extract_OfEndlessNesting_EndsInTime(string name, string open, string inside)
    {
        var limits = new DocumentLimits { Time = TimeSpan.FromSeconds(5) };
        var source = new DocumentSource(name, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(open, 50_000)) + inside));
        try
        {
            await new DocumentExtractor(limits, TimeProvider.System).ExtractAsync(source, CancellationToken.None);
        }
        catch (OrleansAiException exception)
        {
            Assert.True(exception.Code is ErrorCodes.InvalidFile or ErrorCodes.DocumentTimeout, exception.Code);
        }
    }

    [Fact]
    public async Task Extract_OfWhatIsTooLarge_IsRefused()
    {
        Assert.Equal(ErrorCodes.DocumentTooLarge, await CodeAsync(new DocumentLimits { MostBytes = 10 }, "a.txt", "eleven chars"));
        Assert.Equal(ErrorCodes.DocumentTooLarge, await CodeAsync(new DocumentLimits { MostCharacters = 10 }, "a.csv", "name\n" + new string('x', 8)));
        Assert.Equal(ErrorCodes.DocumentTooLarge, await CodeAsync(new DocumentLimits { MostBlocks = 2 }, "a.txt", "a\n\nb\n\nc"));
    }

    [Fact]
    public async Task Extract_ThatTakesTooLong_IsEnded()
    {
        var csv = "a,b\n" + string.Concat(Enumerable.Repeat("1,2\n", 400_000));

        Assert.Equal(ErrorCodes.DocumentTimeout, await CodeAsync(new DocumentLimits { Time = TimeSpan.FromMilliseconds(5) }, "a.csv", csv));
    }

    [Fact]
    public async Task Extract_ThatNobodyWaitsFor_IsCancelled()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Extractor().ExtractAsync(new DocumentSource("a.txt", "x"u8.ToArray()), stop.Token));
    }

    [Theory]
    [InlineData("a.html", 1)]
    [InlineData("a.md", 2)]
    [InlineData("a.json", 3)]
    [InlineData("a.csv", 4)]
    [InlineData("a.txt", 5)]
    [InlineData("a.cs", 6)]
    [InlineData("a.pdf", 7)]
    public async Task Extract_OfAnything_GivesADocumentWhoseBlocksAreItsTextOrANamedError(string name, int seed)
    {
        var random = new Random(seed);
        string[] pieces = ["<p>", "</p>", "<table><tr>", "&amp;", "# ", "\n", "\n\n", "```", "\"", ",", "{", "}", "[1,2]", "\"a\":", "\t", "- ", "| a | b |", "x", "ü", "🦊", "%PDF-1.4\n", "1 0 obj<<", "stream", "\\", "\r\n", "    "];
        for (var round = 0; round < 200; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                Tiles(await ReadAsync(name, text));
            }
            catch (OrleansAiException exception)
            {
                Assert.True(exception.Code is ErrorCodes.InvalidFile or ErrorCodes.UnsupportedFile, $"{exception.Code} for {text}");
            }
        }
    }

    private static void Tiles(ExtractedDocument document)
    {
        var end = 0;
        foreach (var block in document.Blocks)
        {
            Assert.Equal(end, block.Span.Start);
            Assert.True(block.Span.Length > 0);
            end = block.Span.End;
        }

        Assert.Equal(document.Text.Length, end);
    }

    private static IEnumerable<string> Blocks(ExtractedDocument document) =>
        document.Blocks.Select(block => document.Text.Substring(block.Span.Start, block.Span.Length));

    private static async Task<string> CodeAsync(DocumentLimits limits, string name, string text) => (await Assert.ThrowsAsync<OrleansAiException>(
        () => new DocumentExtractor(limits, TimeProvider.System).ExtractAsync(new DocumentSource(name, Encoding.UTF8.GetBytes(text)), CancellationToken.None))).Code;

    private static DocumentExtractor Extractor() => new(new DocumentLimits(), TimeProvider.System);

    private static Task<ExtractedDocument> ReadAsync(string name, string text) =>
        Extractor().ExtractAsync(new DocumentSource(name, Encoding.UTF8.GetBytes(text)), CancellationToken.None);
}
