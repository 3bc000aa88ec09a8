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
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Text(hash, plan.Admitted.RunId);
        Text(hash, plan.Admitted.Model);
        Text(hash, plan.Admitted.Instructions?.Text ?? "");
        Sampling(hash, plan.Admitted.Sampling);
        foreach (var item in plan.Admitted.Input)
        {
            Text(hash, item.ToItem().Text);
        }

        foreach (var turn in plan.History)
        {
            Number(hash, turn.EndedPosition);
        }

        return Convert.ToBase64String(hash.GetHashAndReset());
    }

    /// <summary>A model request in no vendor's words.</summary>
    public static string Request(ModelTarget target, Sampling? sampling, IReadOnlyList<ModelMessage> messages)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Text(hash, target.Vendor);
        Text(hash, target.Model);
        Sampling(hash, sampling);
        foreach (var message in messages)
        {
            Number(hash, (long)message.Role);
            Text(hash, message.Text);
        }

        return Convert.ToBase64String(hash.GetHashAndReset());
    }

    private static void Sampling(IncrementalHash hash, Sampling? sampling)
    {
        Double(hash, sampling?.Temperature);
        Double(hash, sampling?.TopP);
        Double(hash, sampling?.PresencePenalty);
        Double(hash, sampling?.FrequencyPenalty);
        Number(hash, sampling?.MaxOutputTokens ?? -1);
    }

    private static void Double(IncrementalHash hash, double? value) =>
        Number(hash, value is { } given ? BitConverter.DoubleToInt64Bits(given) : long.MinValue);

    private static void Number(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        hash.AppendData(bytes);
    }

    private static void Text(IncrementalHash hash, string value)
    {
        // UTF-16 as it is in memory: hashing is on the path of every turn, and re-encoding the window costs more than
        // hashing it. All platforms of .NET that we run on are little-endian.
        Number(hash, value.Length);
        hash.AppendData(MemoryMarshal.AsBytes(value.AsSpan()));
    }
}
