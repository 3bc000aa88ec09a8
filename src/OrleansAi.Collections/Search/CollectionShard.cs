using OrleansAi.Collections.Storage;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Journal;
using OrleansAi.Knowledge.Search;
using OrleansAi.Knowledge.Segments;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Collections.Search;

/// <summary>
/// One shard of a collection in memory. It answers a question at exactly the version that the question names: it keeps a few versions,
/// which share what is the same, and loads any other. Searching runs on other threads; the rest is not safe for several, and a grain owns it
/// and may interleave.
/// </summary>
/// <param name="journal">The journal, for the key to the contents.</param>
/// <param name="contents">The collection's contents.</param>
/// <param name="stream">The collection's stream.</param>
/// <param name="shard">The shard's number.</param>
/// <param name="describe">Asks the owner what makes one version into a later one, or what a version consists of.</param>
public sealed class CollectionShard(
    IJournal journal, CollectionContents contents, string stream, int shard, Func<long?, long, Task<ShardManifest>> describe)
{
    private const int MostVersions = 4;
    private readonly OrderedDictionary<long, Task<ShardSnapshot>> _versions = [];
    private readonly Dictionary<string, Task<KnowledgeSegment>> _segments = new(StringComparer.Ordinal);
    private CollectionSeal? _seal;

    /// <summary>Counts the terms of a question.</summary>
    public async Task<ShardCounts> CountAsync(ShardQuestion question)
    {
        var snapshot = await AtAsync(question.Version);
        return await Offload.RunAsync(() => ShardWords.Of(new ShardSearcher(snapshot).Statistics(question.Text)));
    }

    /// <summary>Finds the candidates of a question.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>, <see cref="ErrorCodes.EmbeddingModelMismatch"/>.</exception>
    public async Task<ShardFindings> FindAsync(ShardQuestion question)
    {
        var snapshot = await AtAsync(question.Version);
        return await Offload.RunAsync(() => ShardWords.Of(new ShardSearcher(snapshot).Search(
            ShardWords.RequestOf(question), question.Counts is { } counts ? ShardWords.Of(counts) : null)));
    }

    private async Task<ShardSnapshot> AtAsync(long version)
    {
        if (!_versions.TryGetValue(version, out var loading))
        {
            loading = LoadAsync(version);
            _versions[version] = loading;
        }

        try
        {
            var snapshot = await loading;
            Forget();
            return snapshot;
        }
        catch
        {
            // The next question tries again.
            if (_versions.TryGetValue(version, out var failed) && failed == loading)
            {
                _versions.Remove(version);
            }

            throw;
        }
    }

    private async Task<ShardSnapshot> LoadAsync(long version)
    {
        var before = _versions.Values.Where(static known => known.IsCompletedSuccessfully).Select(static known => known.Result)
            .Where(known => known.Version < version).MaxBy(static known => known.Version);
        var description = await describe(before?.Version, version);
        if (description.Change.Length > 0 && before is not null)
        {
            var change = await Offload.RunAsync(() => ManifestSerializer.ReadChange(description.Change));
            var added = await SegmentsAsync(change.Added);
            return await Offload.RunAsync(() => before.Apply(change, id => added[id]));
        }

        var manifest = await Offload.RunAsync(() => ManifestSerializer.ReadManifest(description.Whole));
        var segments = await SegmentsAsync(manifest.Segments);
        return await Offload.RunAsync(() => ShardSnapshot.Create(shard, manifest, id => segments[id]));
    }

    private async Task<IReadOnlyDictionary<string, KnowledgeSegment>> SegmentsAsync(IReadOnlyList<SegmentRef> wanted)
    {
        var segments = new Dictionary<string, KnowledgeSegment>(StringComparer.Ordinal);
        foreach (var segment in wanted.Where(segment => segment.Shard == shard))
        {
            if (!_segments.TryGetValue(segment.Id, out var loading) || loading.IsFaulted)
            {
                _segments[segment.Id] = loading = ReadAsync(segment.Id);
            }

            segments[segment.Id] = await loading;
        }

        return segments;
    }

    private async Task<KnowledgeSegment> ReadAsync(string id)
    {
        var bytes = await contents.ReadAsync(await SealAsync(), id);
        return await Offload.RunAsync(() => KnowledgeSegment.Read(bytes));
    }

    private async Task<CollectionSeal> SealAsync()
    {
        if (_seal is null)
        {
            var keys = await journal.ReadKeysAsync(stream, CancellationToken.None);
            _seal = keys is { Length: > 0 } ? CollectionSeal.Parse(keys) : throw CollectionErrors.NotFound(StreamNames.Parse(stream).Conversation);
        }

        return _seal;
    }

    // The newest versions stay, and the segments that they have.
    private void Forget()
    {
        if (_versions.Count <= MostVersions || _versions.Values.Any(static loading => !loading.IsCompleted))
        {
            return;
        }

        foreach (var old in _versions.Keys.Order().SkipLast(MostVersions).ToArray())
        {
            _versions.Remove(old);
        }

        var used = _versions.Values.Where(static known => known.IsCompletedSuccessfully)
            .SelectMany(static known => known.Result.Segments.Select(static view => view.Reference.Id)).ToHashSet(StringComparer.Ordinal);
        foreach (var id in _segments.Keys.Where(id => !used.Contains(id)).ToArray())
        {
            _segments.Remove(id);
        }
    }
}
