namespace OrleansAi.Engine.Records;

/// <summary>
/// The lengths of a text's deltas, packed: seven bits a byte, the highest bit telling that more follow, in base 64. With
/// them the events of a finished run are rebuilt with the numbers that live followers saw.
/// </summary>
public static class Chunks
{
    /// <summary>Packs lengths in UTF-16 units.</summary>
    public static string Pack(IReadOnlyList<int> lengths)
    {
        var bytes = new List<byte>(lengths.Count + 8);
        foreach (var length in lengths)
        {
            var rest = (uint)length;
            while (rest >= 0x80)
            {
                bytes.Add((byte)(rest | 0x80));
                rest >>= 7;
            }

            bytes.Add((byte)rest);
        }

        return Convert.ToBase64String(bytes.ToArray());
    }

    /// <summary>Cuts a text as it was cut; one piece when no lengths are given.</summary>
    public static IEnumerable<string> Cut(string text, string? packed)
    {
        if (packed is null)
        {
            if (text.Length > 0)
            {
                yield return text;
            }

            yield break;
        }

        var start = 0;
        var length = 0;
        var shift = 0;
        foreach (var next in Convert.FromBase64String(packed))
        {
            length |= (next & 0x7F) << shift;
            shift += 7;
            if ((next & 0x80) == 0)
            {
                yield return text.Substring(start, length);
                start += length;
                length = 0;
                shift = 0;
            }
        }
    }
}
