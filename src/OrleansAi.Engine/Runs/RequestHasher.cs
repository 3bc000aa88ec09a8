using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;

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
        foreach (var item in plan.Admitted.Input)
        {
            hash.Add(item.ToItem().Text);
        }

        foreach (var turn in plan.History)
        {
            hash.Add(turn.EndedPosition);
        }

        return hash.Finish();
    }

    /// <summary>A model request in no vendor's words.</summary>
    public static string Request(ModelTarget target, Sampling? sampling, IReadOnlyList<ModelMessage> messages)
    {
        var hash = new Input();
        hash.Add(target.Vendor);
        hash.Add(target.Model);
        hash.Add(sampling);
        foreach (var message in messages)
        {
            hash.Add((long)message.Role);
            hash.Add(message.Text);
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
