using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Engine.Retrieval;

/// <summary>
/// The pieces that were considered for a model call, packed: a turn of a long conversation has forty of them, and notes them all
/// (invariant 8). A byte of kind and reason, the length with seven bits a byte, and half a hash each.
/// </summary>
internal static class ContextManifest
{
    /// <summary>How much of a SHA-256 is kept.</summary>
    public const int HashBytes = 16;

    /// <summary>The form of earlier builds, which has tokens of o200k_base in the place of lengths: to count them took an eighth of a turn.</summary>
    public const byte CountedForm = 1;

    /// <summary>The form of this build.</summary>
    public const byte Form = 2;

    /// <summary>The form of a packed manifest; this build's own for one that it does not know.</summary>
    public static byte FormOf(byte[] packed) => packed is [CountedForm, ..] ? CountedForm : Form;

    /// <summary>Packs pieces.</summary>
    /// <param name="pieces">The pieces in their order.</param>
    /// <param name="form">The form.</param>
    public static byte[] Pack(IReadOnlyList<PackedPiece> pieces, byte form = Form)
    {
        var bytes = new List<byte>(1 + (pieces.Count * (HashBytes + 3))) { form };
        foreach (var piece in pieces)
        {
            bytes.Add((byte)(((int)piece.Kind << 4) | (int)piece.Drop));
            var rest = (uint)(form == CountedForm ? piece.Tokens : piece.Length);
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

    /// <summary>The pieces of a finished run's context; null where there is none, or where another build packed them in a way that this one does not know.</summary>
    /// <exception cref="InvalidDataException">They break off.</exception>
    public static IReadOnlyList<ContextPiece>? Of(RunEndedBody? ended, PromptOutput? prompt) => Unpack(
        prompt?.Context,
        ended?.Steps.SkipWhile(step => !ReferenceEquals(step.Prompt, prompt)).ElementAtOrDefault(1)?.Model?.Usage?.InputTokens);

    /// <summary>The pieces; null where another build packed them in a way that this one does not know.</summary>
    /// <param name="packed">The packed pieces.</param>
    /// <param name="inputTokens">How many tokens the vendor has counted in all that it was told; null where it was not asked or did not say.</param>
    /// <exception cref="InvalidDataException">They break off.</exception>
    public static IReadOnlyList<ContextPiece>? Unpack(byte[]? packed, long? inputTokens)
    {
        if (packed is not [CountedForm or Form, ..])
        {
            return null;
        }

        var pieces = new List<ContextPiece>();
        var (at, passages) = (1, 0);
        while (at < packed.Length)
        {
            var (kind, drop) = ((ContextPieceKind)(packed[at] >> 4), (ContextDrop)(packed[at] & 0xF));
            at++;
            var number = ReadNumber(packed, ref at);
            var length = drop == ContextDrop.Window ? 0 : HashBytes;
            if (at + length > packed.Length)
            {
                throw new InvalidDataException("The manifest of a context breaks off.");
            }

            pieces.Add(new ContextPiece
            {
                Kind = kind,
                Drop = drop,
                Tokens = number,
                Hash = Convert.ToHexStringLower(packed.AsSpan(at, length)),
                Passage = kind == ContextPieceKind.Passage ? passages++ : null,
            });
            at += length;
        }

        return packed[0] == CountedForm ? pieces : WithTokens(pieces, inputTokens);
    }

    private static List<ContextPiece> WithTokens(List<ContextPiece> pieces, long? inputTokens)
    {
        // Images and files have tokens and no length, and some servers count nonsense: what is far from any text is not used.
        const double fewest = 0.1;
        const double most = 1;
        const double usual = 0.25;
        var length = pieces.Where(static piece => piece.Drop == ContextDrop.None).Sum(static piece => (long)piece.Tokens);
        var told = length == 0 ? 0 : inputTokens / (double)length;
        var share = told is >= fewest and <= most ? told.Value : usual;
        return [.. pieces.Select(piece => piece with { Tokens = (int)Math.Ceiling(piece.Tokens * share) })];
    }

    /// <summary>True when older turns were left out; false also where nothing is known.</summary>
    /// <exception cref="InvalidDataException">The pieces break off.</exception>
    public static bool IsTruncated(byte[]? packed)
    {
        if (packed is not [CountedForm or Form, ..])
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
/// <param name="Length">How many bytes of UTF-8 it has.</param>
/// <param name="Hash">Its SHA-256.</param>
/// <param name="Source">The message, tool or passage; null for turns that are no longer in memory.</param>
internal readonly record struct PackedPiece(ContextPieceKind Kind, ContextDrop Drop, int Length, byte[] Hash, object? Source)
{
    /// <summary>Its tokens of o200k_base.</summary>
    public int Tokens => Source switch
    {
        ModelMessage message => TokenCounter.Count(message),
        ModelTool tool => TokenCounter.Count(tool),
        RetrievedPassage passage => passage.Tokens,
        _ => 0,
    };
}
