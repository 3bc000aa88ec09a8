namespace OrleansAi.Knowledge.Versions;

/// <summary>Puts together what a version consists of.</summary>
internal static class ManifestBuilder
{
    /// <summary>All of a version.</summary>
    public static Manifest Build(long version, IndexGeneration generation, SegmentTable segments, RevisionTable revisions) => new()
    {
        Version = version,
        Generation = generation,
        Segments = segments.In(version, generation.Number),
        Documents = revisions.All.Where(revision => revision.IsIn(version))
            .Select(revision => At(segments, revision.Document, version, generation.Number))
            .ToDictionary(static document => document.Id, StringComparer.Ordinal),
    };

    /// <summary>What makes one version into a later one of the same generation.</summary>
    public static ManifestChange BuildChange(long from, long to, int generation, SegmentTable segments, RevisionTable revisions)
    {
        var (before, after) = (segments.In(from, generation), segments.In(to, generation));
        var changed = new Dictionary<string, ManifestDocument?>(StringComparer.Ordinal);
        var removed = before.Except(after).Select(static segment => segment.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var revision in revisions.All)
        {
            var isNew = revision.IsIn(to) && (revision.Since > from || revision.Document.Segments.Any(removed.Contains));
            if (isNew)
            {
                changed[revision.Document.Id] = At(segments, revision.Document, to, generation);
            }
            else if (revision.IsIn(from) && !revision.IsIn(to))
            {
                changed.TryAdd(revision.Document.Id, null);
            }
        }

        return new ManifestChange { From = from, To = to, Added = [.. after.Except(before)], Removed = [.. removed], Documents = changed };
    }

    private static ManifestDocument At(SegmentTable segments, ManifestDocument document, long version, int generation) =>
        document with { Segments = [.. document.Segments.Where(id => segments.IsIn(id, version, generation))] };
}
