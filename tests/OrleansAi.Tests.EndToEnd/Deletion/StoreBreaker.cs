using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Sealing;

namespace OrleansAi.Tests.EndToEnd.Deletion;

/// <summary>
/// Somebody who has the whole store, its keys and this program's source, and tries every key on everything that is sealed.
/// </summary>
internal static partial class StoreBreaker
{
    /// <summary>All that can be opened.</summary>
    public static string Open(StoreDump dump)
    {
        Keyring[] keys = [.. dump.Tables["content_keys"].Select(static row => Keyring.Parse((byte[])row["keys"]))];
        var opened = new StringBuilder();
        var contents = dump.Tables["journal_contents"].Select(static row => (byte[])row["bytes"]).ToArray();
        foreach (var row in dump.Tables["journal_records"])
        {
            var (stream, position) = ((string)row["stream"], (long)row["position"]);
            var id = row["record_id"] as Guid? ?? new Guid((byte[])row["record_id"], bigEndian: true);
            var (_, units) = SealedForm.Split((byte[])row["body"]);
            foreach (var (unit, seal) in units ?? [])
            {
                foreach (var keyring in keys)
                {
                    var key = new byte[KeyTree.SeedBytes];
                    if (keyring.TryDerive(position, unit, key) && TryOpen(() => ContentSeal.OpenUnit(key, stream, position, unit, id, seal.Span)) is { } unitContent)
                    {
                        Add(unitContent);
                    }
                }
            }
        }

        return opened.ToString();

        void Add(byte[] unit)
        {
            var json = Encoding.UTF8.GetString(unit);
            opened.AppendLine(json);
            if (unit is [UnitContent.Bare, _, var high, var low, ..] && ((high << 8) | low) <= unit.Length - 4)
            {
                // A raw answer alone, with the deltas of its stream before it.
                opened.AppendLine(Unpacked(unit[(4 + ((high << 8) | low))..]));
            }

            foreach (Match key in Key().Matches(json))
            {
                foreach (var content in contents.Select(content => TryOpen(() => ContentSeal.OpenContent(Convert.FromBase64String(key.Groups[1].Value), content))).OfType<byte[]>())
                {
                    opened.AppendLine(Encoding.UTF8.GetString(content)).AppendLine(Unpacked(content));
                }
            }

            foreach (Match bytes in Bytes().Matches(json))
            {
                opened.AppendLine(Unpacked(Convert.FromBase64String(bytes.Groups[1].Value)));
            }
        }
    }

    private static byte[]? TryOpen(Func<byte[]> open)
    {
        try
        {
            return open();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    // A raw answer is compressed; whatever is not, is no Brotli stream either.
    private static string Unpacked(byte[] bytes)
    {
        var text = new byte[1 << 20];
        return BrotliDecoder.TryDecompress(bytes, text, out var length) ? Encoding.UTF8.GetString(text, 0, length) : "";
    }

    [GeneratedRegex("\"k\":\"([A-Za-z0-9+/]{22}==)\"")]
    private static partial Regex Key();

    [GeneratedRegex("\"b\":\"([^\"]+)\"")]
    private static partial Regex Bytes();
}
