using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;

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

    /// <summary>A model request in no vendor's words.</summary>
    public static string Request(RunPlan plan, ModelTarget target, IReadOnlyList<ModelMessage> messages)
    {
        var hash = new Input();
        hash.Add(target.Vendor);
        hash.Add(target.Model);
        hash.Add(plan.Admitted.Sampling);
        hash.Add(plan.Admitted.OptionsText?.Text ?? "");
        foreach (var message in messages)
        {
            hash.Add((long)message.Role);
            hash.Add(message.Text);
            hash.Add(message);
        }

        return hash.Finish();
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

        // What a message has besides its text; most have nothing.
        public void Add(ModelMessage message)
        {
            if (message.ToolCallId is { } answered)
            {
                Add(answered);
            }

            if (message.Name is { } name)
            {
                Add(name);
            }

            foreach (var media in message.Media)
            {
                Add(media.Url ?? media.Data ?? "");
                Add(media.MediaType ?? "");

                // Behind the text is where every image once went: such a request keeps the hash that it had then.
                if (media.Position < message.Text.Length)
                {
                    Add((long)media.Position);
                }
            }

            if (message.Phase is { } phase)
            {
                Add(phase);
            }

            foreach (var thought in message.Reasoning)
            {
                Add(thought.Text);
                Add(thought.Opaque ?? "");
            }

            foreach (var call in message.ToolCalls)
            {
                Add(call.Id);
                Add(call.Name);
                Add(call.Arguments);
            }
        }

        public void Add(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), value);

        // UTF-16 as it is in memory: re-encoding the window costs more than hashing it. All platforms of .NET that we run
        // on are little-endian.
        public void Add(string value)
        {
            Add((long)value.Length);
            MemoryMarshal.AsBytes(value.AsSpan()).CopyTo(Take(value.Length * sizeof(char)));
        }

        public string Finish()
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(_bytes.AsSpan(0, _length), hash);
            ArrayPool<byte>.Shared.Return(_bytes);
            return Convert.ToBase64String(hash);
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
