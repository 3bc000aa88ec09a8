using System.Text;
using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Documents;
using Xunit;

namespace OrleansAi.Tests.Unit.Knowledge;

/// <summary>What every chunking has: it covers the text, keeps to its bounds, and comes out the same again.</summary>
public sealed class ChunkerTests
{
    private static readonly string[] Pieces =
    [
        "word ", "Another sentence. ", "tokenization ", "x", "\n", "\n\n", "  indented\n", "12345 ", "https://example.org/a/b?c=d ", "東京タワーの高さは", "🦊🦊",
        "naïve façade ", "…—“quoted” ", "\r\n", "\t", "don't ", "/path/to\n/next\n", ".;:!? ", "a.b.c.d ", "ﷺ", "e\u0301", "            ", "AAAAAAAAAAAAAAAAAAAA",
        "# Heading\n\n", "## Second heading\n", "```csharp\nvar x = 1;\n\nreturn x;\n```\n\n", "- item\n", "| a | b |\n|---|---|\n| 1 | 2 |\n\n",
    ];

    public static TheoryData<int, int, int, bool> Cases()
    {
        var cases = new TheoryData<int, int, int, bool>();
        for (var seed = 1; seed <= 12; seed++)
        {
            var random = new Random(seed);
            var max = random.Next(100, 400);
            cases.Add(seed, max, random.Next(0, (max / 2) + 1), seed % 2 == 0);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Cut_OfAnyText_CoversItWithinTheBounds(int seed, int max, int overlap, bool isMarkdown)
    {
        var document = await ReadAsync(RandomText(new Random(seed), 3_000), isMarkdown ? "a.md" : "a.txt");
        var options = new ChunkingOptions { MaxTokens = max, OverlapTokens = overlap };

        var chunks = Chunker.Cut(document, options);

        Assert.Equal(0, chunks[0].Span.Start);
        Assert.Equal(document.Text.Length, chunks[^1].Span.End);
        for (var i = 0; i < chunks.Count; i++)
        {
            var text = chunks[i].TextOf(document);
            Assert.Equal(i, chunks[i].Index);
            Assert.Equal(TokenCounting.Count(text), chunks[i].Tokens);
            Assert.InRange(chunks[i].Tokens, 1, max);
            Assert.Equal(Indexes.Hash(text), chunks[i].Hash);
            Assert.Equal(document.Hash, chunks[i].DocumentHash);
            Assert.Equal(chunks[i].Span, chunks[i].Source);
            Assert.False(char.IsLowSurrogate(text[0]) || char.IsHighSurrogate(text[^1]), "a character is cut in two");
            if (i > 0)
            {
                // No gap, something new in each, and never more repeated than asked for.
                Assert.InRange(chunks[i].Span.Start, chunks[i - 1].Span.Start + 1, chunks[i - 1].Span.End);
                Assert.True(chunks[i].Span.End > chunks[i - 1].Span.End);
                var repeated = document.Text[chunks[i].Span.Start..chunks[i - 1].Span.End];
                Assert.True(TokenCounting.Count(repeated) <= overlap + 4, $"{TokenCounting.Count(repeated)} tokens are repeated, {overlap} may be");
            }
        }

        Assert.Equivalent(chunks, Chunker.Cut(document, options));
    }

    [Fact]
    public async Task Cut_OfPlainProse_RepeatsAboutWhatIsAskedFor()
    {
        var text = string.Concat(Enumerable.Range(0, 2_000).Select(static i => $"This is the sentence with number {i}. "));
        var document = await ReadAsync(text, "a.txt");

        var chunks = Chunker.Cut(document, new ChunkingOptions());

        for (var i = 1; i < chunks.Count - 1; i++)
        {
            Assert.InRange(chunks[i].Tokens, 750, 800);
            Assert.InRange(TokenCounting.Count(text.AsSpan()[chunks[i].Span.Start..chunks[i - 1].Span.End]), 360, 400);
            Assert.StartsWith(" This is the sentence", chunks[i].TextOf(document), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Cut_OfSections_BeginsAtHeadingsAndKnowsThoseAbove()
    {
        var text = new StringBuilder("# Guide\n\nIntroduction.\n\n");
        foreach (var (chapter, section) in new[] { ("One", "Alpha"), ("One", "Beta"), ("Two", "Gamma") })
        {
            text.Append($"## {chapter}\n\n### {section}\n\n").Append(string.Concat(Enumerable.Repeat($"Something about {section} is said here. ", 60))).Append("\n\n");
        }

        var document = await ReadAsync(text.ToString(), "a.md");

        var chunks = Chunker.Cut(document, new ChunkingOptions { MaxTokens = 200, OverlapTokens = 40 });

        var starts = chunks.Where(chunk => chunk.TextOf(document).StartsWith('#')).Select(chunk => chunk.TextOf(document).Split('\n')[0]).ToArray();
        Assert.Equal(["# Guide", "## One", "## Two"], starts);
        var last = chunks[^1];
        Assert.Equal(["Guide", "Two", "Gamma"], last.HeadingPath);
        Assert.StartsWith("Guide > Two > Gamma\n", last.EmbeddingTextOf(document), StringComparison.Ordinal);
        Assert.DoesNotContain("Beta", last.TextOf(document), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cut_AroundCodeThatFits_LeavesItWhole()
    {
        var code = "```csharp\n" + string.Concat(Enumerable.Range(0, 25).Select(static i => $"var value{i} = {i};\n\n")) + "```\n\n";
        var prose = string.Concat(Enumerable.Repeat("Some words before and after the code are here. ", 30)) + "\n\n";
        var document = await ReadAsync(string.Concat(Enumerable.Repeat(prose + code, 6)), "a.md");

        var chunks = Chunker.Cut(document, new ChunkingOptions { MaxTokens = 300, OverlapTokens = 100 });

        foreach (var block in document.Blocks.Where(static block => block.Kind == BlockKind.Code))
        {
            Assert.Contains(chunks, chunk => chunk.Span.Start <= block.Span.Start && chunk.Span.End >= block.Span.End - 2);
        }
    }

    [Theory]
    [InlineData(1_000_000)]
    public async Task Cut_OfOneEndlessWord_EndsInTime(int length)
    {
        var document = await ReadAsync(new string('a', length), "a.txt");

        var chunks = Chunker.Cut(document, new ChunkingOptions());

        Assert.Equal(length, chunks[^1].Span.End);
        Assert.All(chunks, static chunk => Assert.InRange(chunk.Tokens, 1, 800));
    }

    [Fact]
    public async Task Cut_OfAnEmptyDocument_GivesNothing()
    {
        Assert.Empty(Chunker.Cut(await ReadAsync(" \n ", "a.txt"), new ChunkingOptions()));
    }

    [Theory]
    [InlineData(99, 0)]
    [InlineData(4_097, 0)]
    [InlineData(800, 401)]
    [InlineData(800, -1)]
    public async Task Cut_OutsideTheBounds_IsRefused(int max, int overlap)
    {
        var document = await ReadAsync("text", "a.txt");

        var exception = Assert.Throws<OrleansAiException>(() => Chunker.Cut(document, new ChunkingOptions { MaxTokens = max, OverlapTokens = overlap }));

        Assert.Equal((ErrorCodes.InvalidRequest, "chunking_strategy"), (exception.Code, exception.Param));
    }

    private static string RandomText(Random random, int pieces) =>
        "Start" + string.Concat(Enumerable.Range(0, pieces).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private static Task<ExtractedDocument> ReadAsync(string text, string name) =>
        new DocumentExtractor(new DocumentLimits(), TimeProvider.System).ExtractAsync(new DocumentSource(name, Encoding.UTF8.GetBytes(text)), CancellationToken.None);
}
