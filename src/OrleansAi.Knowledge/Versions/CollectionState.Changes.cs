using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Versions.Changes;

namespace OrleansAi.Knowledge.Versions;

/// <content>How changes become the state.</content>
public sealed partial class CollectionState
{
    /// <summary>Applies the next change.</summary>
    /// <param name="change">What happened.</param>
    /// <param name="position">Its place in the stream.</param>
    /// <param name="at">When it was made, Unix milliseconds.</param>
    /// <exception cref="InvalidDataException">There is a gap, or a change that cannot follow what was.</exception>
    public void Apply(CollectionChange change, long position, long at)
    {
        if (position != Position + 1)
        {
            throw new InvalidDataException($"Record {position} does not follow record {Position}.");
        }

        if (change is CollectionCreated != Status is CollectionStatus.None)
        {
            throw new InvalidDataException($"Record {position} ({change.GetType().Name}) cannot follow: the collection is {Status}.");
        }

        switch (change)
        {
            case CollectionCreated created:
                (_created, CreatedAt, LastActiveAt, Status) = (created, at, at, CollectionStatus.Active);
                LastGeneration = created.Generation.Number;
                _generations.Add(new GenerationEntry(created.Generation, 1));
                NextVersion(at);
                break;
            case CollectionUpdated updated:
                _updated = updated;
                break;
            case CollectionTouched:
                LastActiveAt = at;
                break;
            case CollectionExpired:
                End(CollectionStatus.Expired, NextVersion(at));
                break;
            case CollectionDeleted:
                End(CollectionStatus.Deleted, NextVersion(at));
                OldestVersion = Version;
                Release();

                // They are deleted all at once: which there are need not be known.
                _unneeded.Clear();
                break;
            case IngestionBegun ingestion:
                Ingestion = Ingestion?.Id == ingestion.Id ? Ingestion : new IngestionEntry(ingestion.Id, position, at);
                _documents.Try(ingestion.Acceptance);
                break;
            case IngestionEnded:
                Ingestion = null;
                break;
            case DocumentBatchCancelled cancelled:
                _batches.Cancel(cancelled.Id);
                break;
            case SnapshotStored stored:
                _unneeded.AddContents(_snapshot is null ? [] : [_snapshot]);
                _snapshot = stored.Content;
                break;
            case UnneededReleased released:
                _unneeded.Remove(released.Contents, released.Documents);
                IsEmptied |= released.IsAll;
                break;
            case VersionsReleased released:
                OldestVersion = released.Oldest;
                Release();
                break;
            case ReindexBegun begun:
                (Building, LastGeneration) = (begun.Generation, begun.Generation.Number);
                break;
            case ReindexAbandoned:
                _unneeded.AddContents(_segments.Drop(Building!.Number));
                Building = null;
                break;
            case IndexSwitched:
                _segments.End(Active!.Number, NextVersion(at));
                _generations.Add(new GenerationEntry(Building!, Version));
                Building = null;
                break;
            default:
                ApplyToDocuments(change, position, at);
                break;
        }

        _commands.Add(change.Command);
        Position = position;
    }

    private void ApplyToDocuments(CollectionChange change, long position, long at)
    {
        switch (change)
        {
            case DocumentAccepted accepted:
                LastActiveAt = at;
                _batches.Add(accepted.BatchId, at);
                _unneeded.KeepDocument(accepted.Id);
                var before = _documents.Find(accepted.Id);
                _documents.Set(new DocumentEntry
                {
                    Id = accepted.Id,
                    Name = accepted.Name,
                    Attributes = accepted.Attributes,
                    Chunking = accepted.Chunking,
                    Acceptance = position,
                    AcceptedAt = at,
                    BatchId = accepted.BatchId,
                    Version = Version,
                    Chunks = before?.Chunks ?? 0,
                    Bytes = before?.Bytes ?? 0,
                });
                break;
            case DocumentsIndexed indexed:
                ApplyIndexed(indexed, at);
                break;
            case DocumentFailed failed:
                _documents.Set(_documents[failed.Id] with
                {
                    Status = DocumentStatus.Failed,
                    FailureCode = failed.Code,
                    FailureMessage = failed.Message,
                });
                break;
            case DocumentAttributesChanged changed:
                if (_revisions.Live(changed.Id) is { } live)
                {
                    _revisions.Replace(live.Document with { Attributes = changed.Attributes }, NextVersion(at));
                }

                _documents.Set(_documents[changed.Id] with { Attributes = changed.Attributes, Version = Version });

                break;
            case DocumentRemoved removed:
                _documents.Remove(removed.Id);
                _unneeded.AddDocuments(_revisions.HasAny(removed.Id) ? [] : [removed.Id]);
                if (_revisions.Live(removed.Id) is not null)
                {
                    _revisions.End(removed.Id, NextVersion(at));
                }

                break;
            case SegmentsMerged merged:
                var version = merged.Segment.Generation == Active!.Number ? NextVersion(at) : Version;
                var forgotten = _segments.Replace(merged.Replaced, merged.Segment, version, isSearched: merged.Segment.Generation == Active.Number);
                _unneeded.AddContents(forgotten);
                _revisions.Join(merged.Replaced, merged.Segment.Id);
                break;
            default:
                throw new InvalidDataException($"{change.GetType().Name} is no known change.");
        }
    }

    private void ApplyIndexed(DocumentsIndexed indexed, long at)
    {
        var isSearched = indexed.Generation == Active!.Number;
        var version = isSearched ? NextVersion(at) : Version;
        var ids = indexed.Segments.Select(static segment => segment.Id).ToArray();
        foreach (var segment in indexed.Segments)
        {
            _segments.Add(segment, version);
        }

        foreach (var document in indexed.Documents)
        {
            var entry = _documents[document.Id];
            if (!isSearched)
            {
                _revisions.Join(document.Id, document.Hash, ids);
                continue;
            }

            _documents.Set(entry with
            {
                Status = DocumentStatus.Completed,
                FailureCode = null,
                FailureMessage = null,
                Version = version,
                Chunks = document.Chunks,
                Bytes = document.Bytes,
            });
            _revisions.Replace(
                new ManifestDocument
                {
                    Id = document.Id,
                    Hash = document.Hash,
                    Name = entry.Name,
                    Text = document.Text,
                    Attributes = entry.Attributes,
                    Segments = ids,
                },
                version);
        }
    }

    private long NextVersion(long at)
    {
        _times.Add(new VersionTime(++Version, at));
        return Version;
    }

    private void End(CollectionStatus status, long version)
    {
        if (Building is not null)
        {
            _unneeded.AddContents(_segments.Drop(Building.Number));
            Building = null;
        }

        Status = status;
        _unneeded.AddDocuments(_documents.All.Keys.Where(id => !_revisions.HasAny(id)));
        _documents.Clear();
        _revisions.EndAll(version);
        _segments.End(Active!.Number, version);
    }

    private void Release()
    {
        var (texts, documents) = _revisions.Release(OldestVersion);
        _unneeded.AddContents(texts);
        _unneeded.AddDocuments(documents.Where(id => _documents.Find(id) is null));
        _unneeded.AddContents(_segments.Release(OldestVersion));
        _unneeded.AddContents(_segments.ReleaseUnused(
            _revisions.All.SelectMany(static revision => revision.Document.Segments).ToHashSet(StringComparer.Ordinal)));
        _times.RemoveAll(time => time.Version < OldestVersion);
        while (_generations.Count > 1 && _generations[1].Since <= OldestVersion)
        {
            _generations.RemoveAt(0);
        }
    }
}
