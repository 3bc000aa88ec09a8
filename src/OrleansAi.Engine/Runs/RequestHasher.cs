using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Records;

namespace OrleansAi.Engine.Runs;

/// <summary>
/// Hashes of what goes into a step. Each value is preceded by its length, so that no two different inputs run into one.
/// </summary>
internal static class RequestHasher
{
    /// <summary>The input of prompt assembly: what was asked, how, and which turns stand before it.</summary>
    public static string Assembly(RunPlan plan)
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

        return hash.Finish();
    }

    /// <summary>
    /// A model request in no vendor's words. Each message stands in it as its digest, so that a long history costs no more
    /// than its new messages.
    /// </summary>
    public static string Request(RunPlan plan, ModelTarget target, IReadOnlyList<ModelMessage> messages)
    {
        var hash = new Input();
        hash.Add(target.Vendor);
        hash.Add(target.Model);
        hash.Add(plan.Admitted.Sampling);
        hash.Add(plan.Admitted.OptionsText?.Text ?? "");
        foreach (var message in messages)
        {
            hash.Add(message.Memo.Digest ??= Digest(message));
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
