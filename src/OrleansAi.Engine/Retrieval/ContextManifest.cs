using OrleansAi.Contracts.Retrieval;

namespace OrleansAi.Engine.Retrieval;

/// <summary>
/// The pieces that were considered for a model call, packed: a turn of a long conversation has forty of them, and notes them all
/// (invariant 8). A byte of kind and reason, the tokens with seven bits a byte, and half a hash each.
/// </summary>
internal static class ContextManifest
{
    /// <summary>How much of a SHA-256 is kept.</summary>
    public const int HashBytes = 16;

    private const byte Form = 1;

    /// <summary>Packs pieces.</summary>
    public static byte[] Pack(IReadOnlyList<PackedPiece> pieces)
    {
        var bytes = new List<byte>(1 + (pieces.Count * (HashBytes + 3))) { Form };
        foreach (var piece in pieces)
        {
            bytes.Add((byte)(((int)piece.Kind << 4) | (int)piece.Drop));
            var rest = (uint)piece.Tokens;
            for (; rest >= 0x80; rest >>= 7)
            {
                bytes.Add((byte)(rest | 0x80));
            }

            bytes.Add((byte)rest);
            if (piece.Drop != ContextDrop.Window)
            {
                bytes.AddRange(piece.Hash.AsSpan(0, HashBytes));
            }
        }

        return [.. bytes];
    }

    /// <summary>The pieces; null where another build packed them in a way that this one does not know.</summary>
    /// <exception cref="InvalidDataException">They break off.</exception>
    public static IReadOnlyList<ContextPiece>? Unpack(byte[]? packed)
    {
        if (packed is not [Form, ..])
        {
            return null;
        }

        var pieces = new List<ContextPiece>();
        var (at, passages) = (1, 0);
        while (at < packed.Length)
        {
            var (kind, drop) = ((ContextPieceKind)(packed[at] >> 4), (ContextDrop)(packed[at] & 0xF));
            at++;
            var tokens = ReadNumber(packed, ref at);
            var length = drop == ContextDrop.Window ? 0 : HashBytes;
            if (at + length > packed.Length)
            {
                throw new InvalidDataException("The manifest of a context breaks off.");
            }

            pieces.Add(new ContextPiece
            {
                Kind = kind,
                Drop = drop,
                Tokens = tokens,
                Hash = Convert.ToHexStringLower(packed.AsSpan(at, length)),
                Passage = kind == ContextPieceKind.Passage ? passages++ : null,
            });
            at += length;
        }

        return pieces;
    }

    /// <summary>True when older turns were left out; false also where nothing is known.</summary>
    /// <exception cref="InvalidDataException">The pieces break off.</exception>
    public static bool IsTruncated(byte[]? packed)
    {
        if (packed is not [Form, ..])
        {
            return false;
        }

        for (var at = 1; at < packed.Length; at += HashBytes)
        {
            if ((ContextDrop)(packed[at++] & 0xF) == ContextDrop.Window)
            {
                return true;
            }

            ReadNumber(packed, ref at);
        }

        return false;
    }

    private static int ReadNumber(byte[] bytes, ref int at)
    {
        var number = 0U;
        for (var shift = 0; shift < 35 && at < bytes.Length; shift += 7)
        {
            var next = bytes[at++];
            number |= (next & 0x7FU) << shift;
            if ((next & 0x80) == 0)
            {
                return (int)number;
            }
        }

        throw new InvalidDataException("The manifest of a context breaks off.");
    }
}

/// <summary>A piece that is to be packed.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Drop">Why it is left out.</param>
/// <param name="Tokens">How many tokens it has.</param>
/// <param name="Hash">Its SHA-256.</param>
internal readonly record struct PackedPiece(ContextPieceKind Kind, ContextDrop Drop, int Tokens, byte[] Hash);
