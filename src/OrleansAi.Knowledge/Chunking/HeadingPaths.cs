using OrleansAi.Knowledge.Documents;

namespace OrleansAi.Knowledge.Chunking;

/// <summary>The headings above each block of a document.</summary>
internal sealed class HeadingPaths
{
    private const int LongestHeading = 200;
    private readonly IReadOnlyList<string>[] _paths;

    public HeadingPaths(IReadOnlyList<DocumentBlock> blocks)
    {
        _paths = new IReadOnlyList<string>[blocks.Count];
        var open = new List<DocumentBlock>();
        IReadOnlyList<string> path = [];
        for (var i = 0; i < blocks.Count; i++)
        {
            if (blocks[i].Kind == BlockKind.Heading)
            {
                open.RemoveAll(heading => heading.Level >= blocks[i].Level);
                path = Titles(open);
                open.Add(blocks[i]);

                // A chunk that begins with a heading has that heading in its text.
                _paths[i] = path;
                path = Titles(open);
                continue;
            }

            _paths[i] = path;
        }
    }

    public IReadOnlyList<string> Above(int block) => _paths[block];

    private static string[] Titles(List<DocumentBlock> headings) =>
        [.. headings.Select(static heading => heading.Title.Length <= LongestHeading ? heading.Title : heading.Title[..LongestHeading])];
}
