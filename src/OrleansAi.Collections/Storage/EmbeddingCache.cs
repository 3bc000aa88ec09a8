using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Journal;
using OrleansAi.Knowledge.Vectors;

namespace OrleansAi.Collections.Storage;

/// <summary>
/// The vectors of one document's texts, by the hash of what was embedded. A batch is durable before the next one is asked for, so that
/// ingestion that was cut short embeds at most one batch again. Not safe for several threads.
/// </summary>
/// <param name="journal">The journal.</param>
/// <param name="ids">Makes record ids.</param>
/// <param name="time">The clock.</param>
/// <param name="stream">The stream, <see cref="StreamNames.CollectionDocument"/>.</param>
internal sealed class EmbeddingCache(IJournal journal, IdSource ids, TimeProvider time, string stream)
{
    private const int PageSize = 64;
    private readonly Dictionary<ContentHash, ReadOnlyMemory<float>> _vectors = [];
    private long _position;

    /// <summary>The vectors that are known.</summary>
    public IReadOnlyDictionary<ContentHash, ReadOnlyMemory<float>> Vectors => _vectors;

    /// <summary>Loads what was stored for a model and is wanted.</summary>
    public async Task LoadAsync(CollectionSeal seal, EmbeddingModel model, IReadOnlySet<ContentHash> wanted)
    {
        while (true)
        {
            var page = await journal.ReadForwardAsync(stream, _position, PageSize, [], CancellationToken.None);
            foreach (var record in page)
            {
                _position = record.Position;
                if (record.Kind != RecordKind.EmbeddingsStored)
                {
                    _vectors.Clear();
                    continue;
                }

                var body = JsonSerializer.Deserialize(record.Body.Span, StoredJsonContext.Default.EmbeddingsBody)!;
                if (body.Model == model.Name && body.Dimensions == model.Dimensions && body.Texts.Any(text => wanted.Contains(ContentHash.Parse(text))))
                {
                    await LoadAsync(seal, body, wanted);
                }
            }

            if (page.Count < PageSize)
            {
                return;
            }
        }
    }

    /// <summary>Stores a batch.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.VersionConflict"/>: somebody else embeds the same document.</exception>
    public async Task StoreAsync(CollectionSeal seal, EmbeddingModel model, IReadOnlyList<ContentHash> texts, EmbeddingVectors vectors)
    {
        var bytes = await Offload.RunAsync(() => seal.Seal(stream, vectors.Bytes));
        var content = new Content(ContentHash.Of(bytes), bytes);
        var body = new EmbeddingsBody
        {
            Model = model.Name,
            Dimensions = model.Dimensions,
            Texts = [.. texts.Select(static text => text.ToString())],
            Content = content.Hash.ToString(),
        };
        var record = new NewRecord(
            ids.NewRecordId(),
            RecordKind.EmbeddingsStored,
            JsonSerializer.SerializeToUtf8Bytes(body, StoredJsonContext.Default.EmbeddingsBody),
            time.GetUtcNow().ToUnixTimeMilliseconds());
        var outcome = await journal.AppendAsync(new JournalAppend(stream, _position, [record]) { Contents = [content] }, CancellationToken.None);
        if (outcome.Status != AppendStatus.Committed)
        {
            throw CollectionErrors.Moved();
        }

        _position++;
        for (var i = 0; i < texts.Count; i++)
        {
            _vectors[texts[i]] = vectors.ToArray(i);
        }
    }

    private async Task LoadAsync(CollectionSeal seal, EmbeddingsBody body, IReadOnlySet<ContentHash> wanted)
    {
        var hash = ContentHash.Parse(body.Content);
        var contents = await journal.ReadContentsAsync(stream, [hash], CancellationToken.None);
        if (!contents.TryGetValue(hash, out var sealedBytes))
        {
            // Released, as a record further on says: what is not there is embedded again.
            return;
        }

        var bytes = await Offload.RunAsync(() => seal.Open(stream, sealedBytes.Span));
        for (var i = 0; i < body.Texts.Count; i++)
        {
            if (ContentHash.Parse(body.Texts[i]) is var text && wanted.Contains(text))
            {
                _vectors[text] = Floats(bytes.AsSpan(i * body.Dimensions * sizeof(float), body.Dimensions * sizeof(float)));
            }
        }
    }

    private static float[] Floats(ReadOnlySpan<byte> bytes)
    {
        var floats = new float[bytes.Length / sizeof(float)];
        if (BitConverter.IsLittleEndian)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(floats.AsSpan()));
            return floats;
        }

        for (var i = 0; i < floats.Length; i++)
        {
            floats[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        }

        return floats;
    }
}
