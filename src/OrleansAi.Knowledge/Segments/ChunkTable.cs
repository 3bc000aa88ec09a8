using OrleansAi.Contracts.Errors;
using OrleansAi.Journal;
using OrleansAi.Knowledge.Chunking;
using OrleansAi.Knowledge.Documents;

namespace OrleansAi.Knowledge.Segments;

/// <summary>What is known of each chunk of a segment but its text, which stays with its document.</summary>
public sealed class ChunkTable
{
    private const ushort FormatVersion = 1;

    // Of a chunk: document, index, span, source span, tokens, heading path, page.
    private const int Columns = 9;
    private readonly SegmentDocument[] _documents;
    private readonly string[][] _paths;
    private readonly int[] _numbers;
    private readonly byte[] _hashes;
    private readonly Lazy<ILookup<string, int>> _documentNumbers;

    private ChunkTable(SegmentDocument[] documents, string[][] paths, int[] numbers, byte[] hashes)
    {
        (_documents, _paths, _numbers, _hashes) = (documents, paths, numbers, hashes);
        _documentNumbers = new Lazy<ILookup<string, int>>(
            () => Enumerable.Range(0, documents.Length).ToLookup(number => documents[number].Id, StringComparer.Ordinal));
    }

    private static ReadOnlySpan<byte> Magic => "OAKC"u8;

    /// <summary>How many chunks there are.</summary>
    public int Count => _numbers.Length / Columns;

    /// <summary>The documents, in the order of their first chunks.</summary>
    public IReadOnlyList<SegmentDocument> Documents => _documents;

    /// <summary>The number of a chunk's document.</summary>
    public int DocumentOf(int chunk) => _numbers[chunk * Columns];

    /// <summary>A chunk.</summary>
    public Chunk this[int chunk]
    {
        get
        {
            var numbers = _numbers.AsSpan(chunk * Columns, Columns);
            return new Chunk
            {
                DocumentHash = _documents[numbers[0]].Hash,
                Index = numbers[1],
                Span = new TextSpan(numbers[2], numbers[3]),
                Source = new TextSpan(numbers[4], numbers[5]),
                Tokens = numbers[6],
                HeadingPath = _paths[numbers[7]],
                Page = numbers[8] == 0 ? null : numbers[8],
                Hash = new ContentHash(_hashes.AsSpan(chunk * ContentHash.Size, ContentHash.Size)),
            };
        }
    }

    /// <summary>The numbers of a document's forms.</summary>
    internal IEnumerable<int> NumbersOf(string documentId) => _documentNumbers.Value[documentId];

    /// <summary>The chunks of those documents for which a function says yes.</summary>
    internal ChunkBitmap ChunksOf(Func<int, bool> isMeant)
    {
        var (answers, all) = (new bool[_documents.Length], true);
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = isMeant(i);
            all &= answers[i];
        }

        if (all)
        {
            return ChunkBitmap.All(Count);
        }

        var words = new ulong[(Count + 63) >> 6];
        for (var chunk = 0; chunk < Count; chunk++)
        {
            words[chunk >> 6] |= (answers[_numbers[chunk * Columns]] ? 1UL : 0) << (chunk & 63);
        }

        return ChunkBitmap.Of(words, Count);
    }

    /// <summary>The chunks of documents, each document's together.</summary>
    public static ChunkTable Of(IEnumerable<(string DocumentId, Chunk Chunk)> chunks)
    {
        var (documents, documentNumbers) = (new List<SegmentDocument>(), new Dictionary<SegmentDocument, int>());
        var (paths, pathNumbers) = (new List<string[]>(), new Dictionary<string, int>(StringComparer.Ordinal));
        var (numbers, hashes) = (new List<int>(), new List<byte>());
        foreach (var (id, chunk) in chunks)
        {
            var document = new SegmentDocument(id, chunk.DocumentHash);
            if (!documentNumbers.TryGetValue(document, out var documentNumber))
            {
                documentNumbers[document] = documentNumber = documents.Count;
                documents.Add(document);
            }

            var path = string.Join('\n', chunk.HeadingPath);
            if (!pathNumbers.TryGetValue(path, out var pathNumber))
            {
                pathNumbers[path] = pathNumber = paths.Count;
                paths.Add([.. chunk.HeadingPath]);
            }

            numbers.AddRange([
                documentNumber, chunk.Index, chunk.Span.Start, chunk.Span.Length, chunk.Source.Start, chunk.Source.Length,
                chunk.Tokens, pathNumber, chunk.Page ?? 0,
            ]);
            hashes.AddRange(chunk.Hash.ToArray());
        }

        return new ChunkTable([.. documents], [.. paths], [.. numbers], [.. hashes]);
    }

    /// <summary>One table of what several have alive, in their order.</summary>
    public static ChunkTable Merge(IReadOnlyList<(ChunkTable Table, ChunkBitmap Live)> parts) => Of(
        from part in parts
        from chunk in Enumerable.Range(0, part.Table.Count)
        where part.Live[chunk]
        select (part.Table._documents[part.Table.DocumentOf(chunk)].Id, part.Table[chunk]));

    /// <summary>The stored form.</summary>
    public byte[] ToBytes()
    {
        var writer = new SegmentWriter(Magic, FormatVersion, (_numbers.Length * 4) + _hashes.Length + 256);
        writer.Int32(_documents.Length);
        foreach (var document in _documents)
        {
            writer.Text(document.Id);
            writer.Values<byte>(document.Hash.ToArray());
        }

        writer.Int32(_paths.Length);
        foreach (var path in _paths)
        {
            writer.Int32(path.Length);
            foreach (var heading in path)
            {
                writer.Text(heading);
            }
        }

        writer.Values<int>(_numbers);
        writer.Values<byte>(_hashes);
        return writer.ToArray();
    }

    /// <summary>Reads the stored form.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.IndexCorrupt"/>.</exception>
    public static ChunkTable Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new SegmentReader(bytes, Magic, FormatVersion, "table of chunks");
        var documents = new List<SegmentDocument>();
        for (var left = reader.Int32(); left > 0; left--)
        {
            documents.Add(new SegmentDocument(reader.Text(), new ContentHash(reader.Values<byte>(ContentHash.Size))));
        }

        var paths = new List<string[]>();
        for (var left = reader.Int32(); left > 0; left--)
        {
            var path = new List<string>();
            for (var headings = reader.Int32(); headings > 0; headings--)
            {
                path.Add(reader.Text());
            }

            paths.Add([.. path]);
        }

        var numbers = reader.Values<int>();
        var hashes = reader.Values<byte>(numbers.Length / Columns * ContentHash.Size);
        reader.End();
        for (var i = 0; i < numbers.Length; i += Columns)
        {
            if (i + Columns > numbers.Length || (uint)numbers[i] >= documents.Count || (uint)numbers[i + 7] >= paths.Count)
            {
                throw reader.Corrupt("a chunk points to nothing");
            }
        }

        return new ChunkTable([.. documents], [.. paths], numbers, hashes);
    }
}
