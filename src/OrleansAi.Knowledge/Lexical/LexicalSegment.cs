using System.Text;
using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Segments;

namespace OrleansAi.Knowledge.Lexical;

/// <summary>
/// An inverted index over some chunks, for BM25. It never changes; deleted chunks are left out by a bitmap until segments
/// are merged.
/// </summary>
public sealed class LexicalSegment
{
    private const ushort FormatVersion = 1;
    private readonly byte[] _terms;
    private readonly int[] _termEnds;
    private readonly int[] _frequencies;
    private readonly ReadOnlyMemory<byte> _postings;
    private readonly int[] _postingEnds;
    private readonly int[] _lengths;

    private LexicalSegment(
        TextAnalyzer analyzer, int[] lengths, byte[] terms, int[] termEnds, int[] frequencies, ReadOnlyMemory<byte> postings, int[] postingEnds)
    {
        Analyzer = analyzer;
        (_lengths, _terms, _termEnds, _frequencies) = (lengths, terms, termEnds, frequencies);
        (_postings, _postingEnds) = (postings, postingEnds);
        TotalLength = lengths.Sum(static length => (long)length);
    }

    private static ReadOnlySpan<byte> Magic => "OAKL"u8;

    /// <summary>How its text was cut into terms.</summary>
    public TextAnalyzer Analyzer { get; }

    /// <summary>How many chunks it has.</summary>
    public int Chunks => _lengths.Length;

    /// <summary>How many different terms it has.</summary>
    public int Terms => _termEnds.Length;

    /// <summary>The number of terms of all chunks.</summary>
    public long TotalLength { get; }

    /// <summary>About how many bytes of memory it takes.</summary>
    public long ResidentBytes => _terms.Length + _postings.Length + 4L * (_termEnds.Length + _frequencies.Length + _postingEnds.Length + _lengths.Length);

    /// <summary>How many terms each chunk has.</summary>
    internal ReadOnlySpan<int> Lengths => _lengths;

    /// <summary>The stored form.</summary>
    public byte[] ToBytes()
    {
        var writer = new SegmentWriter(Magic, FormatVersion, (int)Math.Min(ResidentBytes + 64, Array.MaxLength));
        writer.Text(Analyzer.Name);
        writer.Values<int>(_lengths);
        writer.Values<byte>(_terms);
        writer.Values<int>(_termEnds);
        writer.Values<int>(_frequencies);
        writer.Values(_postings.Span);
        writer.Values<int>(_postingEnds);
        return writer.ToArray();
    }

    /// <summary>Reads the stored form; parts of it stay in use.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.IndexCorrupt"/>.</exception>
    public static LexicalSegment Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new SegmentReader(bytes, Magic, FormatVersion, "lexical index");
        var name = reader.Text();
        var analyzer = TextAnalyzer.Find(name)
            ?? throw reader.Corrupt($"it was made with the analyzer '{name}', which this build does not have");
        var lengths = reader.Values<int>();
        var terms = reader.Values<byte>();
        var termEnds = reader.Values<int>();
        var frequencies = reader.Values<int>(termEnds.Length);
        var postings = reader.Bytes();
        var postingEnds = reader.Values<int>(termEnds.Length);
        reader.End();
        return new LexicalSegment(analyzer, lengths, terms, termEnds, frequencies, postings, postingEnds);
    }

    /// <summary>One segment of what several segments have alive, in their order.</summary>
    /// <returns>Byte for byte what building it anew from the same chunks would give.</returns>
    /// <exception cref="ArgumentException">There is no segment, or they have different analyzers.</exception>
    public static LexicalSegment Merge(IReadOnlyList<(LexicalSegment Segment, ChunkBitmap Live)> parts)
    {
        if (parts.Count == 0 || parts.Any(part => part.Segment.Analyzer != parts[0].Segment.Analyzer))
        {
            throw new ArgumentException("Segments of one analyzer can be merged, at least one.", nameof(parts));
        }

        var lengths = new List<int>();
        var lists = new Dictionary<string, PostingList>(StringComparer.Ordinal);
        foreach (var (segment, live) in parts)
        {
            var numbers = new int[segment.Chunks];
            for (var chunk = 0; chunk < numbers.Length; chunk++)
            {
                numbers[chunk] = live[chunk] ? lengths.Count : -1;
                if (live[chunk])
                {
                    lengths.Add(segment._lengths[chunk]);
                }
            }

            for (var term = 0; term < segment.Terms; term++)
            {
                PostingList? list = null;
                var reader = segment.Postings(term);
                while (reader.Read())
                {
                    if (numbers[reader.Chunk] < 0)
                    {
                        continue;
                    }

                    var text = list is null ? Encoding.UTF8.GetString(segment.Term(term)) : "";
                    if (list is null && !lists.TryGetValue(text, out list))
                    {
                        lists[text] = list = new PostingList();
                    }

                    list!.Add(numbers[reader.Chunk], reader.Count);
                }
            }
        }

        return Of(parts[0].Segment.Analyzer, [.. lengths], lists.Select(static list => (Encoding.UTF8.GetBytes(list.Key), list.Value)));
    }

    internal static LexicalSegment Of(TextAnalyzer analyzer, int[] lengths, IEnumerable<(byte[] Term, PostingList List)> lists)
    {
        var sorted = lists.ToArray();
        Array.Sort(sorted, static (a, b) => a.Term.AsSpan().SequenceCompareTo(b.Term));
        var terms = new byte[sorted.Sum(static term => term.Term.Length)];
        var postings = new byte[sorted.Sum(static term => term.List.Bytes.Length)];
        var (termEnds, frequencies, postingEnds) = (new int[sorted.Length], new int[sorted.Length], new int[sorted.Length]);
        var (termEnd, postingEnd) = (0, 0);
        for (var i = 0; i < sorted.Length; i++)
        {
            var (term, list) = sorted[i];
            term.CopyTo(terms, termEnd);
            list.Bytes.CopyTo(postings.AsSpan(postingEnd));
            termEnds[i] = termEnd += term.Length;
            postingEnds[i] = postingEnd += list.Bytes.Length;
            frequencies[i] = list.Chunks;
        }

        return new LexicalSegment(analyzer, lengths, terms, termEnds, frequencies, postings, postingEnds);
    }

    /// <summary>The number of a term.</summary>
    /// <returns>-1 when no chunk has it.</returns>
    internal int Find(ReadOnlySpan<byte> term)
    {
        var (low, high) = (0, Terms - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            switch (Term(middle).SequenceCompareTo(term))
            {
                case 0:
                    return middle;
                case < 0:
                    low = middle + 1;
                    break;
                default:
                    high = middle - 1;
                    break;
            }
        }

        return -1;
    }

    /// <summary>How many terms the live chunks have.</summary>
    internal long LengthOf(ChunkBitmap live)
    {
        if (live.IsAll)
        {
            return TotalLength;
        }

        var length = 0L;
        for (var chunk = 0; chunk < _lengths.Length; chunk++)
        {
            length += live[chunk] ? _lengths[chunk] : 0;
        }

        return length;
    }

    /// <summary>How many of the live chunks have a term.</summary>
    internal int Frequency(int term, ChunkBitmap live)
    {
        if (live.IsAll)
        {
            return _frequencies[term];
        }

        var count = 0;
        var reader = Postings(term);
        while (reader.Read())
        {
            count += live[reader.Chunk] ? 1 : 0;
        }

        return count;
    }

    internal PostingReader Postings(int term) =>
        new(_postings.Span[(term == 0 ? 0 : _postingEnds[term - 1]).._postingEnds[term]], Chunks);

    private ReadOnlySpan<byte> Term(int term) => _terms.AsSpan((term == 0 ? 0 : _termEnds[term - 1]).._termEnds[term]);
}
