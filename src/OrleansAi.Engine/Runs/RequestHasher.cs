using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Retrieval;

namespace OrleansAi.Engine.Runs;

/// <summary>
/// Hashes of what goes into a step. Each value is preceded by its length, so that no two different inputs run into one.
/// </summary>
internal static class RequestHasher
{
    private static readonly IReadOnlyDictionary<string, long> NoVersions = new Dictionary<string, long>();

    /// <summary>The input of prompt assembly: what was asked, how, and which turns stand before it.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="retrieved">The hash of what was retrieved; null where nothing was asked for.</param>
    public static string Assembly(RunPlan plan, string? retrieved = null)
    {
        var hash = new Input();
        hash.Add(plan.Admitted.RunId);
        hash.Add(plan.Admitted.Model);
        hash.Add(plan.Admitted.Instructions?.Text ?? "");
        hash.Add(plan.Admitted.Sampling);
        hash.Add(plan.Admitted.OptionsText?.Text ?? "");
        foreach (var item in plan.Admitted.Input)
        {
            hash.Add(item.ToItem());
        }

        foreach (var turn in plan.History)
        {
            hash.Add(turn.EndedPosition);
        }

        if (retrieved is not null)
        {
            hash.Add(retrieved);
        }

        return hash.Finish();
    }

    /// <summary>The input of an embedding: the question, and the collections with what is wanted of them.</summary>
    public static string Embedding(RunPlan plan, RetrievalWish wish)
    {
        var hash = new Input();
        hash.Add(plan.Admitted.RunId);
        hash.Add(wish.Query);
        hash.Add(wish.Search);
        hash.Add(wish.IsTool ? 1L : 0L);
        foreach (var (collection, version) in (wish.Versions ?? NoVersions).OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            hash.Add(collection);
            hash.Add(version);
        }

        return hash.Finish();
    }

    /// <summary>The input of a retrieval: that of its embedding, and what came of it.</summary>
    public static string Retrieval(string embedding, string embedded)
    {
        var hash = new Input();
        hash.Add(embedding);
        hash.Add(embedded);
        return hash.Finish();
    }

    /// <summary>What came of an embedding.</summary>
    public static string Embedded(EmbeddingOutput output)
    {
        var hash = new Input();
        foreach (var head in output.Collections)
        {
            hash.Add(head.Id);
            hash.Add(head.Version);
            hash.Add(head.Model);
        }

        foreach (var vector in output.Vectors ?? [])
        {
            hash.Add(vector.Model);
            hash.Add((long)vector.Dimensions);
            hash.Add(vector.Hash);
        }

        return hash.Finish();
    }

    /// <summary>What came of a retrieval, with what the passages say.</summary>
    public static string Retrieved(RetrievalOutput output)
    {
        var hash = new Input();
        hash.Add(output.Query?.Text);
        hash.Add(output.AtVersion ?? -1L);
        foreach (var one in output.Collections)
        {
            hash.Add(one.Id);
            hash.Add(one.Version);
            foreach (var missing in one.Missing ?? [])
            {
                hash.Add(missing);
            }
        }

        foreach (var passage in output.Passages ?? [])
        {
            hash.Add((long)passage.Collection);
            hash.Add(passage.DocumentId);
            hash.Add(passage.DocumentHash);
            hash.Add((long)passage.Index);
            hash.Add((long)passage.Start);
            hash.Add((long)passage.Length);
            hash.Add((long)passage.Tokens);
            hash.Add((long)BitConverter.SingleToInt32Bits(passage.Score));
            hash.Add(passage.Content?.Name.Text);
            hash.Add(passage.Content?.Text.Text);
        }

        return hash.Finish();
    }

    /// <summary>SHA-256 of bytes, base 64.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Convert.ToBase64String(hash);
    }

    /// <summary>SHA-256 of a message; made once for all the turns that it is sent in.</summary>
    public static byte[] DigestOf(ModelMessage message) => message.Memo.Digest ??= Digest(message);

    /// <summary>
    /// A model request in no vendor's words. Each message stands in it as its digest, so that a long history costs no more
    /// than its new messages.
    /// </summary>
    public static string Request(RunPlan plan, ModelTarget target, IReadOnlyList<ModelMessage> messages, bool deniesTools = false)
    {
        var hash = new Input();
        hash.Add(target.Vendor);
        hash.Add(target.Model);
        hash.Add(plan.Admitted.Sampling);
        hash.Add(plan.Admitted.OptionsText?.Text ?? "");
        foreach (var message in messages)
        {
            hash.Add(DigestOf(message));
        }

        if (deniesTools)
        {
            hash.Add("no tools");
        }

        return hash.Finish();
    }

    /// <summary>Calls of functions: the input of their execution.</summary>
    public static string Calls(IReadOnlyList<StoredCall> calls)
    {
        var hash = new Input();
        foreach (var call in calls)
        {
            hash.Add(call.Id);
            hash.Add(call.Name);
            hash.Add(call.Arguments.Text);
        }

        return hash.Finish();
    }

    private static byte[] Digest(ModelMessage message)
    {
        var hash = new Input();
        hash.Add(message);
        return hash.FinishBytes();
    }

    // Gathered first and hashed in one call: each call into the cryptography library costs more than the few bytes in it.
    private struct Input()
    {
        private byte[] _bytes = ArrayPool<byte>.Shared.Rent(16_384);
        private int _length;

        public void Add(Sampling? sampling)
        {
            Add(sampling?.Temperature);
            Add(sampling?.TopP);
            Add(sampling?.PresencePenalty);
            Add(sampling?.FrequencyPenalty);
            Add(sampling?.MaxOutputTokens ?? -1L);
            Add(sampling?.Seed ?? -1L);
            foreach (var stop in sampling?.Stop ?? [])
            {
                Add(stop);
            }
        }

        public void Add(FileSearch search)
        {
            foreach (var collection in search.Collections)
            {
                Add(collection);
            }

            Add(search.MaxResults ?? -1L);
            Add((double)search.ScoreThreshold);
            Add(search.LexicalWeight);
            Add(search.VectorWeight);
            Add(search.Filter);
            Add(search.AtVersion ?? -1L);
            Add(search.MinVersion ?? -1L);
        }

        public void Add(Item item)
        {
            Add((long)item.Kind);
            Add(item.CallId ?? "");
            Add(item.Name ?? "");
            Add(item.Arguments ?? "");
            foreach (var part in item.Parts)
            {
                Add((long)part.Kind);
                Add(part.Text);
            }
        }

        public void Add(ModelMessage message)
        {
            Add((long)message.Role);
            Add(message.Text);
            Add(message.ToolCallId);
            Add(message.IsToolError ? 1L : 0L);
            Add(message.Phase);
            Add(message.Name);
            Add((long)message.Media.Count);
            foreach (var media in message.Media)
            {
                Add((long)media.Kind);
                Add(media.Url ?? media.Data ?? "");
                Add(media.MediaType);
                Add(media.FileName);
                Add(media.Detail);
                Add((long)media.Position);
            }

            Add((long)message.Reasoning.Count);
            foreach (var thought in message.Reasoning)
            {
                Add(thought.Text);
                Add(thought.Opaque);
            }

            Add((long)message.ToolCalls.Count);
            foreach (var call in message.ToolCalls)
            {
                Add(call.Id);
                Add(call.Name);
                Add(call.Arguments);
                Add(call.Opaque);
            }
        }

        public void Add(byte[] digest) => digest.CopyTo(Take(digest.Length));

        public void Add(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), value);

        // UTF-16 as it is in memory: re-encoding the window costs more than hashing it. All platforms of .NET that we run
        // on are little-endian.
        public void Add(string? value)
        {
            Add(value is null ? -1L : value.Length);
            MemoryMarshal.AsBytes(value.AsSpan()).CopyTo(Take((value?.Length ?? 0) * sizeof(char)));
        }

        public string Finish() => Convert.ToBase64String(FinishBytes());

        public byte[] FinishBytes()
        {
            var hash = SHA256.HashData(_bytes.AsSpan(0, _length));
            ArrayPool<byte>.Shared.Return(_bytes);
            return hash;
        }

        private void Add(double? value) => Add(value is { } given ? BitConverter.DoubleToInt64Bits(given) : long.MinValue);

        private Span<byte> Take(int count)
        {
            if (_bytes.Length - _length < count)
            {
                var larger = ArrayPool<byte>.Shared.Rent((_length + count) * 2);
                _bytes.AsSpan(0, _length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_bytes);
                _bytes = larger;
            }

            var taken = _bytes.AsSpan(_length, count);
            _length += count;
            return taken;
        }
    }
}
