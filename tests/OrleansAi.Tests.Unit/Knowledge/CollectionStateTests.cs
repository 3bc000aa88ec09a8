using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Search;
using OrleansAi.Knowledge.Versions;
using OrleansAi.Knowledge.Versions.Changes;
using Xunit;

namespace OrleansAi.Tests.Unit.Knowledge;

/// <summary>The fold of a collection: versions, what they consist of, and what becomes of them.</summary>
public sealed class CollectionStateTests
{
    private static readonly CollectionLimits Limits = new();

    public static TheoryData<int> Seeds() => [1, 2, 3, 4, 5, 6, 7, 8];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Apply_OfAnyHistory_KeepsEveryVersionAsItWasUntilItIsReleased(int seed)
    {
        var history = new CollectionHistory(seed);
        for (var step = 0; step < 120; step++)
        {
            history.Step();
            if (step % 10 != 0)
            {
                continue;
            }

            foreach (var (version, (documents, generation)) in history.Versions)
            {
                if (version < history.State.OldestVersion)
                {
                    Assert.Equal(ErrorCodes.VersionNotRetained, Assert.Throws<OrleansAiException>(() => history.State.ManifestAt(version)).Code);
                    continue;
                }

                var manifest = history.State.ManifestAt(version);
                Assert.Equal(generation, manifest.Generation.Number);
                Assert.Equal(documents.Keys.Order(), manifest.Documents.Keys.Order());
                Assert.All(documents, document => Assert.Equal(
                    (Indexes.Hash(document.Value.Text), document.Value.Mark),
                    (manifest.Documents[document.Key].Hash, manifest.Documents[document.Key].Attributes["mark"])));
                Assert.Equal(documents.Keys.Order(), Searchable(history, manifest));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void ChangeBetween_OfAnyTwoVersions_MakesOneSnapshotIntoTheOther(int seed)
    {
        var history = new CollectionHistory(seed);
        for (var step = 0; step < 80; step++)
        {
            history.Step();
        }

        var versions = history.Versions.Keys.Where(version => version >= history.State.OldestVersion).Order().ToArray();
        foreach (var from in versions)
        {
            foreach (var to in versions.Where(version => version >= from))
            {
                var change = history.State.ChangeBetween(from, to);
                if (change is null)
                {
                    Assert.NotEqual(history.Versions[from].Generation, history.Versions[to].Generation);
                    continue;
                }

                var (before, after) = (history.State.ManifestAt(from), history.State.ManifestAt(to));
                foreach (var shard in before.Shards.Union(after.Shards))
                {
                    var stepped = ShardSnapshot.Create(shard, before, history.Load).Apply(change, history.Load);
                    var whole = ShardSnapshot.Create(shard, after, history.Load);
                    Assert.Equal(Describe(whole), Describe(stepped));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Restore_OfASnapshotAnywhere_GoesOnAsTheWholeFoldDoes(int seed)
    {
        var history = new CollectionHistory(seed);
        for (var step = 0; step < 60; step++)
        {
            history.Step();
        }

        for (var cut = 1; cut < history.Changes.Count; cut += 7)
        {
            var state = new CollectionState();
            for (var i = 0; i < cut; i++)
            {
                state.Apply(history.Changes[i].Change, i + 1, history.Changes[i].At);
            }

            var bytes = CollectionSnapshotSerializer.Serialize(state.ToSnapshot());
            var restored = new CollectionState(CollectionSnapshotSerializer.Deserialize(bytes));
            for (var i = cut; i < history.Changes.Count; i++)
            {
                restored.Apply(history.Changes[i].Change, i + 1, history.Changes[i].At);
            }

            Assert.Equal(Json(history.State), Json(restored));
        }
    }

    [Fact]
    public void Apply_OfAGap_IsRefused()
    {
        var state = New();

        Assert.Throws<InvalidDataException>(() => state.Apply(new CollectionTouched(), 3, 1));
        Assert.Throws<InvalidDataException>(() => new CollectionState().Apply(new CollectionTouched(), 1, 1));
    }

    [Fact]
    public void Publish_Again_ChangesNothing()
    {
        var state = New();
        Do(state, CollectionDecisions.Accept(state, Limits, new DocumentAccepted { Id = "a", Name = "a.txt" }));
        var publication = Indexed(state, "s1", "a");
        Do(state, CollectionDecisions.Publish(state, publication));
        var version = state.Version;

        Assert.Empty(CollectionDecisions.Publish(state, publication));
        Assert.Equal((2, DocumentStatus.Completed), (version, state.Documents["a"].Status));
    }

    [Fact]
    public void Publish_OfADocumentThatWasReplacedMeanwhile_IsLeftOut()
    {
        var state = New();
        Do(state, CollectionDecisions.Accept(state, Limits, new DocumentAccepted { Id = "a", Name = "a.txt" }));
        var late = Indexed(state, "s1", "a");
        Do(state, CollectionDecisions.Accept(state, Limits, new DocumentAccepted { Id = "a", Name = "a.txt" }));

        Assert.Empty(CollectionDecisions.Publish(state, late));
        Assert.Single(CollectionDecisions.Publish(state, Indexed(state, "s2", "a")));
    }

    [Fact]
    public void Publish_OfADocumentThatWasRemovedMeanwhile_PublishesTheOthers()
    {
        var state = New();
        Do(state, CollectionDecisions.Accept(state, Limits, new DocumentAccepted { Id = "a", Name = "a.txt" }));
        Do(state, CollectionDecisions.Accept(state, Limits, new DocumentAccepted { Id = "b", Name = "b.txt" }));
        var publication = Indexed(state, "s1", "a", "b");
        Do(state, CollectionDecisions.Remove(state, new DocumentRemoved { Id = "a" }));

        Do(state, CollectionDecisions.Publish(state, publication));

        Assert.Equal(["b"], state.ManifestAt(state.Version).Documents.Keys);
    }

    [Fact]
    public void Fail_OfAReplacement_LeavesTheOldFormSearched()
    {
        var state = New();
        Do(state, CollectionDecisions.Accept(state, Limits, new DocumentAccepted { Id = "a", Name = "a.txt" }));
        Do(state, CollectionDecisions.Publish(state, Indexed(state, "s1", "a")));
        Do(state, CollectionDecisions.Accept(state, Limits, new DocumentAccepted { Id = "a", Name = "a.txt" }));

        Do(state, CollectionDecisions.Fail(state, new DocumentFailed { Id = "a", Acceptance = state.Documents["a"].Acceptance, Code = ErrorCodes.InvalidFile, Message = "broken" }));

        Assert.Equal((DocumentStatus.Failed, ErrorCodes.InvalidFile), (state.Documents["a"].Status, state.Documents["a"].FailureCode));
        Assert.Equal(["s1"], state.ManifestAt(state.Version).Documents["a"].Segments);
    }

    [Fact]
    public void Switch_BeforeEveryDocumentIsInTheNewIndex_IsRefused()
    {
        var state = New();
        Do(state, CollectionDecisions.Accept(state, Limits, new DocumentAccepted { Id = "a", Name = "a.txt" }));
        Do(state, CollectionDecisions.Publish(state, Indexed(state, "s1", "a")));
        var model = Indexes.Model with { Name = "test/other" };
        Do(state, IndexDecisions.BeginReindex(state, Indexes.Generation with { Model = model }));
        var version = state.Version;

        var exception = Assert.Throws<OrleansAiException>(() => IndexDecisions.Switch(state, 2));
        Assert.Equal((ErrorCodes.VersionConflict, true), (exception.Code, exception.IsTransient));

        Do(state, CollectionDecisions.Publish(state, Indexed(state, "s2", "a") with { Generation = 2, Segments = [new SegmentRef("s2", 0, 2, 1, 1)] }));
        Assert.Equal(version, state.Version);
        Do(state, IndexDecisions.Switch(state, 2));

        Assert.Equal(version + 1, state.Version);
        Assert.Equal((Indexes.Model, "s1"), (state.ManifestAt(version).Generation.Model, Assert.Single(state.ManifestAt(version).Segments).Id));
        Assert.Equal((model, "s2"), (state.ManifestAt(version + 1).Generation.Model, Assert.Single(state.ManifestAt(version + 1).Segments).Id));
        Assert.Empty(IndexDecisions.Switch(state, 2));
    }

    [Fact]
    public void Publish_OfAGenerationThatWasAbandoned_IsRefused()
    {
        var state = New();
        Do(state, CollectionDecisions.Accept(state, Limits, new DocumentAccepted { Id = "a", Name = "a.txt" }));
        Do(state, IndexDecisions.BeginReindex(state, Indexes.Generation with { Analyzer = "plain-1" }));
        Do(state, IndexDecisions.AbandonReindex(state));

        var exception = Assert.Throws<OrleansAiException>(() => CollectionDecisions.Publish(state, Indexed(state, "s2", "a") with { Generation = 2 }));

        Assert.Equal(ErrorCodes.VersionConflict, exception.Code);
        Assert.Equal(3, Assert.IsType<ReindexBegun>(Assert.Single(IndexDecisions.BeginReindex(state, Indexes.Generation with { Analyzer = "plain-1" }))).Generation.Number);
    }

    [Fact]
    public void Expire_WhenItsTimeHasCome_EndsTheCollectionAndKeepsOldVersionsReadable()
    {
        var state = New(expiresAfterDays: 1);
        Do(state, CollectionDecisions.Accept(state, Limits, new DocumentAccepted { Id = "a", Name = "a.txt" }));
        Do(state, CollectionDecisions.Publish(state, Indexed(state, "s1", "a")));

        Assert.Empty(CollectionDecisions.Expire(state, 86_399_999));
        Do(state, CollectionDecisions.Expire(state, 86_400_000));

        Assert.Equal(CollectionStatus.Expired, state.Status);
        Assert.Empty(state.ManifestAt(state.Version).Documents);
        Assert.Single(state.ManifestAt(state.Version - 1).Documents);
        Assert.Equal(
            ErrorCodes.VersionConflict,
            Assert.Throws<OrleansAiException>(() => CollectionDecisions.Accept(state, Limits, new DocumentAccepted { Id = "b", Name = "b" })).Code);
    }

    [Fact]
    public void Release_OfOldVersions_SaysWhatTheStoreMayForget()
    {
        var state = New();
        Do(state, CollectionDecisions.Accept(state, Limits, new DocumentAccepted { Id = "a", Name = "a.txt" }));
        Do(state, CollectionDecisions.Publish(state, Indexed(state, "s1", "a")), at: 1_000);
        Do(state, CollectionDecisions.Accept(state, Limits, new DocumentAccepted { Id = "a", Name = "a.txt" }));
        Do(state, CollectionDecisions.Publish(state, Indexed(state, "s2", "a") with
        {
            Documents = [new IndexedDocument("a", state.Documents["a"].Acceptance, Indexes.Hash("second"), 1, 1)],
        }), at: 2_000);
        Do(state, CollectionDecisions.Remove(state, new DocumentRemoved { Id = "a" }), at: 3_000);
        Assert.Equal(2, Retention.Needed(state).Documents.Count);

        Do(state, Retention.Release(state, 12_000, TimeSpan.FromSeconds(10)));

        Assert.Equal(3, state.OldestVersion);
        Assert.Equal([Indexes.Hash("second")], Retention.Needed(state).Documents);
        Assert.Equal("a", Assert.Single(state.ManifestAt(3).Documents).Key);
        Assert.Equal(ErrorCodes.VersionNotRetained, Assert.Throws<OrleansAiException>(() => VersionReads.Resolve(state, atVersion: 2)).Code);
        Assert.Empty(Retention.Release(state, 12_000, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Resolve_OfAVersionThatIsNotThereYet_IsRefusedForNow()
    {
        var state = New();

        var exception = Assert.Throws<OrleansAiException>(() => VersionReads.Resolve(state, minVersion: 2));

        Assert.Equal((ErrorCodes.VersionNotReached, true), (exception.Code, exception.IsTransient));
        Assert.Equal(1, VersionReads.Resolve(state, minVersion: 1));
        Assert.Equal(ErrorCodes.InvalidRequest, Assert.Throws<OrleansAiException>(() => VersionReads.Resolve(state, minVersion: 1, atVersion: 0)).Code);
    }

    [Fact]
    public void SegmentsToMerge_OfManySmallOnes_AreTheOldestOfOneSize()
    {
        var state = New();
        for (var i = 0; i < 10; i++)
        {
            Do(state, CollectionDecisions.Accept(state, Limits, new DocumentAccepted { Id = $"d{i}", Name = "d" }));
            var size = i == 3 ? 1_000 : 2;
            Do(state, CollectionDecisions.Publish(state, Indexed(state, $"s{i}", $"d{i}") with { Segments = [new SegmentRef($"s{i}", 0, 1, size, 1)] }));
        }

        Assert.Equal(["s0", "s1", "s2", "s4", "s5", "s6", "s7", "s8"], IndexDecisions.SegmentsToMerge(state).Select(static segment => segment.Id));
    }

    private static CollectionState New(int? expiresAfterDays = null)
    {
        var state = new CollectionState();
        Do(state, CollectionDecisions.Create(state, new CollectionCreated { Id = "vs_1", Generation = Indexes.Generation, ExpiresAfterDays = expiresAfterDays }));
        return state;
    }

    private static void Do(CollectionState state, IReadOnlyList<CollectionChange> changes, long at = 0)
    {
        foreach (var change in changes)
        {
            state.Apply(change, state.Position + 1, at);
        }
    }

    private static DocumentsIndexed Indexed(CollectionState state, string segment, params string[] ids) => new()
    {
        Generation = 1,
        Segments = [new SegmentRef(segment, 0, 1, ids.Length, 1)],
        Documents = [.. ids.Select(id => new IndexedDocument(id, state.Documents.TryGetValue(id, out var known) ? known.Acceptance : 0, Indexes.Hash(id), 1, 1))],
    };

    private static IEnumerable<string> Searchable(CollectionHistory history, Manifest manifest) => manifest.Shards
        .SelectMany(shard => ShardSnapshot.Create(shard, manifest, history.Load).Segments)
        .SelectMany(static view => Enumerable.Range(0, view.Segment.Count).Where(chunk => view.Live[chunk])
            .Select(chunk => view.Segment.Chunks.Documents[view.Segment.Chunks.DocumentOf(chunk)].Id))
        .Order();

    private static string Describe(ShardSnapshot snapshot) => string.Join('\n', snapshot.Segments
        .Select(static view => $"{view.Reference.Id} {Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(view.Live.Words))}")
        .Order().Append($"{snapshot.Version}").Append(string.Join(' ', snapshot.Segments.SelectMany(view =>
            Enumerable.Range(0, view.Segment.Count).Where(chunk => view.Live[chunk]).Select(chunk =>
                view.Document(view.Segment.Chunks.DocumentOf(chunk))!)
            .Select(static document => $"{document.Id}:{document.Attributes["mark"]}:{string.Join(',', document.Segments)}")).Order())));

    private static string Json(CollectionState state) => System.Text.Encoding.UTF8.GetString(CollectionSnapshotSerializer.Serialize(state.ToSnapshot()));
}
