using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;

namespace OrleansAi.Engine.Integrity;

/// <summary>Looks one stream over, in a view of one moment.</summary>
internal sealed class StreamCheck(IIntegrityView view, string stream, IntegrityReport report, Action<Injury> found)
{
    private const int PageSize = 200;
    private const string ContentTable = "journal_contents";
    private const string KeyTable = "content_keys";

    private readonly ChainCheck _chain = new(stream, found);
    private readonly RunIndexCheck _index = new(view, stream, found);
    private readonly Dictionary<ContentHash, long> _missing = [];
    private readonly Dictionary<ContentHash, long> _released = [];
    private (ContentHash Hash, long Position)? _keys;

    /// <summary>Looks it over.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredRecord> page;
        do
        {
            page = await view.ReadRecordsAsync(stream, _chain.Last, PageSize, cancellationToken);
            var contents = new Dictionary<ContentHash, long>();
            foreach (var record in page)
            {
                Take(record, contents);
            }

            await _index.SettleAsync(cancellationToken);
            await FindContentsAsync(contents, cancellationToken);
            report.Records += page.Count;
        }
        while (page.Count == PageSize);

        NameMissing();
        _chain.End();
        var facts = await view.ReadFactsAsync(stream, cancellationToken);
        CheckHead(facts);
        CheckKeys(facts);
        await _index.EndAsync(_chain.Last, facts.EndedRuns, cancellationToken);
        await CheckContentsAsync(cancellationToken);
        report.Streams++;
        report.Unchained += _chain.Unchained;
        report.Runs += _index.EndedRuns + _index.OpenRuns;
        report.IdempotencyKeys += _index.Keys;
    }

    private void Take(StoredRecord record, Dictionary<ContentHash, long> contents)
    {
        if (!_chain.Take(record))
        {
            return;
        }

        try
        {
            var witness = record.Hash is null ? null : Witness.Read(record.Witness.Span);
            foreach (var hash in witness?.Contents ?? [])
            {
                contents.TryAdd(hash, record.Position);
                _released.Remove(hash);
            }

            Release(witness, record.Position, contents);

            if (witness?.Keys is { } keys)
            {
                _keys = (keys, record.Position);
            }

            _index.Take(record, witness);
        }
        catch (InvalidDataException exception)
        {
            found(new Injury(stream, record.Position, InjuryKind.Changed, "journal_records", exception.Message));
        }
    }

    // What is released further on is rightly gone, so what is missing is named at the end only.
    private async Task FindContentsAsync(Dictionary<ContentHash, long> contents, CancellationToken cancellationToken)
    {
        var there = contents.Count == 0 ? new HashSet<ContentHash>() : await view.FindContentsAsync(stream, contents.Keys, cancellationToken);
        foreach (var (hash, position) in contents.Where(content => !there.Contains(content.Key)))
        {
            _missing.TryAdd(hash, position);
        }

        var kept = _released.Count == 0 ? new HashSet<ContentHash>() : await view.FindContentsAsync(stream, _released.Keys, cancellationToken);
        foreach (var hash in kept)
        {
            found(new Injury(
                stream, _released[hash], InjuryKind.UnknownReference, ContentTable, $"The content {hash}, which the record has released, is there."));
        }

        _released.Clear();
    }

    private void Release(Witness? witness, long position, Dictionary<ContentHash, long> contents)
    {
        if (witness?.IsAllReleased == true)
        {
            contents.Keys.Except(witness.Contents).ToList().ForEach(hash => contents.Remove(hash));
            _missing.Clear();
        }

        foreach (var hash in witness?.Released.Except(witness.Contents) ?? [])
        {
            contents.Remove(hash);
            _missing.Remove(hash);
            _released[hash] = position;
        }
    }

    private void NameMissing()
    {
        foreach (var (hash, position) in _missing)
        {
            found(new Injury(stream, position, InjuryKind.Missing, ContentTable, $"The content {hash}, which the record refers to, is missing."));
        }

        _missing.Clear();
    }

    private async Task CheckContentsAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredContent> page;
        ReadOnlyMemory<byte>? after = null;
        do
        {
            page = await view.ReadContentsAsync(stream, after, PageSize, cancellationToken);
            foreach (var content in page)
            {
                after = content.Hash;
                report.Contents++;
                if (!content.Hash.AsSpan().SequenceEqual(content.Actual))
                {
                    found(new Injury(
                        stream, null, InjuryKind.Changed, ContentTable,
                        $"The content {Convert.ToHexStringLower(content.Hash)} is not what its hash was made of."));
                }
            }
        }
        while (page.Count == PageSize);
    }

    private void CheckHead(StreamFacts facts)
    {
        if (facts.Head > _chain.Last)
        {
            found(new Injury(
                stream, _chain.Last + 1, InjuryKind.Truncated, "journal_records",
                $"The stream ends at {_chain.Last}; its head is written down as {facts.Head}."));
        }
        else if (facts.Head is null && _chain.Head is { } head)
        {
            found(new Injury(stream, head, InjuryKind.Missing, "stream_heads", "The stream's head is not written down."));
        }
        else if (facts.Head != _chain.Head && !_chain.IsInjured)
        {
            found(new Injury(
                stream, facts.Head, InjuryKind.Changed, "stream_heads",
                $"The stream's head is written down as {facts.Head}; by its records it has to be {(_chain.Head is { } right ? right : "none")}."));
        }
    }

    private void CheckKeys(StreamFacts facts)
    {
        if (_keys is not var (hash, position))
        {
            if (facts.Keys is not null && _chain is { Unchained: 0, IsInjured: false })
            {
                found(new Injury(stream, null, InjuryKind.UnknownReference, KeyTable, "There are keys that no record of the stream has written."));
            }
        }
        else if (facts.Keys is null)
        {
            found(new Injury(stream, position, InjuryKind.Missing, KeyTable, "The keys that the record has written are missing."));
        }
        else if (!facts.Keys.AsSpan().SequenceEqual(hash.ToArray()))
        {
            found(new Injury(stream, position, InjuryKind.Changed, KeyTable, "The keys are not those that the record has written."));
        }
    }
}
