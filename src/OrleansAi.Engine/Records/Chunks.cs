namespace OrleansAi.Engine.Records;

/// <summary>One delta of a stream: how much of which text it brought.</summary>
/// <param name="Slot">Which text: one of the constants, or <see cref="Chunks.FirstCall"/> plus the place of a function call.</param>
/// <param name="Length">
/// How much, in UTF-16 units. 0 is a mark: in the slot of a function call that it begins, in <see cref="Chunks.Text"/> that a
/// message begins, in <see cref="Chunks.Refusal"/> that annotations of the text before came.
/// </param>
public readonly record struct StreamPiece(int Slot, int Length)
{
    /// <summary>True for a mark of which a <see cref="StoredMessage"/> tells more: a message's phase, or annotations.</summary>
    public bool IsMark => Length == 0 && Slot < Chunks.Reasoning;
}

/// <summary>
/// The deltas of a stream, packed: numbers of seven bits a byte, the highest bit telling that more follow, in base 64. A
/// stream of text alone is the lengths of its deltas; any other begins with 0 and goes on with pairs of slot and length.
/// With them the events of a finished run are rebuilt with the numbers that live followers saw.
/// </summary>
public static class Chunks
{
    /// <summary>The answer's text.</summary>
    public const int Text = 0;

    /// <summary>The refusal.</summary>
    public const int Refusal = 1;

    /// <summary>The thoughts.</summary>
    public const int Reasoning = 2;

    /// <summary>The arguments of the first function call.</summary>
    public const int FirstCall = 3;

    /// <summary>Packs the deltas; null when there is nothing to tell: no delta, or all of a text in one.</summary>
    public static string? Pack(IReadOnlyList<StreamPiece> pieces)
    {
        var isText = pieces.All(static piece => piece is { Slot: Text, Length: > 0 });
        if (pieces.Count == 0 || (isText && pieces.Count == 1))
        {
            return null;
        }

        var bytes = new List<byte>((pieces.Count * (isText ? 1 : 2)) + 8);
        if (!isText)
        {
            bytes.Add(0);
        }

        foreach (var piece in pieces)
        {
            if (!isText)
            {
                Add(bytes, piece.Slot);
            }

            Add(bytes, piece.Length);
        }

        return Convert.ToBase64String(bytes.ToArray());
    }

    /// <summary>The deltas as they were packed; none for null.</summary>
    public static IReadOnlyList<StreamPiece> Unpack(string? packed)
    {
        if (packed is null)
        {
            return [];
        }

        var numbers = Numbers(Convert.FromBase64String(packed));
        if (numbers.Count == 0 || numbers[0] != 0)
        {
            return [.. numbers.Select(static length => new StreamPiece(Text, length))];
        }

        var pieces = new StreamPiece[numbers.Count / 2];
        for (var i = 0; i < pieces.Length; i++)
        {
            pieces[i] = new StreamPiece(numbers[(2 * i) + 1], numbers[(2 * i) + 2]);
        }

        return pieces;
    }

    private static void Add(List<byte> bytes, int number)
    {
        var rest = (uint)number;
        while (rest >= 0x80)
        {
            bytes.Add((byte)(rest | 0x80));
            rest >>= 7;
        }

        bytes.Add((byte)rest);
    }

    private static List<int> Numbers(byte[] bytes)
    {
        var numbers = new List<int>(bytes.Length);
        var number = 0;
        var shift = 0;
        foreach (var next in bytes)
        {
            number |= (next & 0x7F) << shift;
            shift += 7;
            if ((next & 0x80) == 0)
            {
                numbers.Add(number);
                number = 0;
                shift = 0;
            }
        }

        return numbers;
    }
}
