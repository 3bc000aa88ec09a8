using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansAi.Knowledge.Vectors;

/// <summary>
/// Products of 8-bit codes with a query of 12 bits, summed in 32 bits. TensorPrimitives has no product that widens, and one
/// of bytes overflows; so this is written for x86 processors and, as wide as the machine has it, for all others.
/// </summary>
internal static class QuantizedDot
{
    /// <summary>The largest number of a query: 127 times this, over the most dimensions, fits 32 bits.</summary>
    public const int LargestQuery = 2_047;

    public static int Compute(ReadOnlySpan<short> query, ReadOnlySpan<sbyte> codes)
    {
        if (Avx512BW.IsSupported && codes.Length >= Vector256<sbyte>.Count)
        {
            return Wide512(query, codes);
        }

        return Avx2.IsSupported && codes.Length >= Vector128<sbyte>.Count ? Wide256(query, codes) : Portable(query, codes);
    }

    internal static int Wide512(ReadOnlySpan<short> query, ReadOnlySpan<sbyte> codes)
    {
        ref var q = ref MemoryMarshal.GetReference(query);
        ref var c = ref MemoryMarshal.GetReference(codes);
        var sum = Vector512<int>.Zero;
        var i = 0;
        for (; i <= codes.Length - Vector256<sbyte>.Count; i += Vector256<sbyte>.Count)
        {
            var wide = Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref c, (nuint)i));
            sum += Avx512BW.MultiplyAddAdjacent(wide, Vector512.LoadUnsafe(ref q, (nuint)i));
        }

        return Vector512.Sum(sum) + Scalar(query, codes, i);
    }

    internal static int Wide256(ReadOnlySpan<short> query, ReadOnlySpan<sbyte> codes)
    {
        ref var q = ref MemoryMarshal.GetReference(query);
        ref var c = ref MemoryMarshal.GetReference(codes);
        var sum = Vector256<int>.Zero;
        var i = 0;
        for (; i <= codes.Length - Vector128<sbyte>.Count; i += Vector128<sbyte>.Count)
        {
            var wide = Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref c, (nuint)i));
            sum += Avx2.MultiplyAddAdjacent(wide, Vector256.LoadUnsafe(ref q, (nuint)i));
        }

        return Vector256.Sum(sum) + Scalar(query, codes, i);
    }

    internal static int Portable(ReadOnlySpan<short> query, ReadOnlySpan<sbyte> codes)
    {
        ref var q = ref MemoryMarshal.GetReference(query);
        ref var c = ref MemoryMarshal.GetReference(codes);
        var sum = Vector128<int>.Zero;
        var i = 0;
        for (; i <= codes.Length - Vector128<sbyte>.Count; i += Vector128<sbyte>.Count)
        {
            var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref c, (nuint)i));
            sum += Multiply(low, Vector128.LoadUnsafe(ref q, (nuint)i));
            sum += Multiply(high, Vector128.LoadUnsafe(ref q, (nuint)(i + Vector128<short>.Count)));
        }

        return Vector128.Sum(sum) + Scalar(query, codes, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Multiply(Vector128<short> a, Vector128<short> b)
    {
        var (aLow, aHigh) = Vector128.Widen(a);
        var (bLow, bHigh) = Vector128.Widen(b);
        return (aLow * bLow) + (aHigh * bHigh);
    }

    internal static int Scalar(ReadOnlySpan<short> query, ReadOnlySpan<sbyte> codes, int from)
    {
        var sum = 0;
        for (var i = from; i < codes.Length; i++)
        {
            sum += query[i] * codes[i];
        }

        return sum;
    }
}
