using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansAi.Cli.Terminal;

namespace OrleansAi.Cli.Conversations;

/// <summary>
/// Archives as files: <c>archive.jsonl</c> with every line but the blobs', whose bytes are <c>blobs/HASH</c>, in a directory or packed. What is
/// not finished has another name until it is, so nobody takes half an archive for one.
/// </summary>
internal static class ArchiveFiles
{
    private const string Lines = "archive.jsonl";
    private const string Blobs = "blobs";
    private const string Packed = ".tar.gz";

    /// <summary>Writes an archive as it comes from a server, and checks it against its own end.</summary>
    public static async Task<(int Records, int Blobs)> WriteAsync(Stream body, string target, CancellationToken token)
    {
        if (Path.Exists(target))
        {
            throw new CliException(ExitCodes.Failed, "already_exists", $"'{target}' is there already.");
        }

        var staged = Directory.CreateDirectory($"{target}.part-{Guid.CreateVersion7():N}").FullName;
        try
        {
            var counts = await UnpackAsync(body, staged, token);
            if (target.EndsWith(Packed, StringComparison.Ordinal))
            {
                var file = $"{staged}{Packed}";
                await using (var gzip = new GZipStream(File.Create(file), CompressionLevel.Optimal))
                {
                    await TarFile.CreateFromDirectoryAsync(staged, gzip, includeBaseDirectory: false, token);
                }

                File.Move(file, target);
            }
            else
            {
                Directory.Move(staged, target);
            }

            return counts;
        }
        finally
        {
            if (Directory.Exists(staged))
            {
                Directory.Delete(staged, recursive: true);
            }
        }
    }

    /// <summary>Reads an archive as a server takes it.</summary>
    public static async Task<byte[]> ReadAsync(string source, CancellationToken token)
    {
        if (Directory.Exists(source))
        {
            return await PackAsync(source, token);
        }

        if (!File.Exists(source))
        {
            throw new CliException(ExitCodes.Usage, "no_such_file", $"There is no archive '{source}'.");
        }

        var directory = Directory.CreateTempSubdirectory("orleansai-import-").FullName;
        try
        {
            await using var gzip = new GZipStream(File.OpenRead(source), CompressionMode.Decompress);
            await TarFile.ExtractToDirectoryAsync(gzip, directory, overwriteFiles: false, token);
            return await PackAsync(directory, token);
        }
        catch (InvalidDataException exception)
        {
            throw Broken($"it is no {Packed}: {exception.Message}");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    // A blob's line is replaced by where its bytes are; the hash of the end is that of the lines with their bytes.
    private static async Task<(int Records, int Blobs)> UnpackAsync(Stream body, string directory, CancellationToken token)
    {
        Directory.CreateDirectory(Path.Combine(directory, Blobs));
        using var reader = new StreamReader(body, Encoding.UTF8);
        await using var lines = new StreamWriter(Path.Combine(directory, Lines), append: false) { NewLine = "\n" };
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (records, blobs) = (0, 0);
        JsonNode? last = null;
        while (await reader.ReadLineAsync(token) is { } line)
        {
            last = Parse(line);
            if (last.Text("type") == "end")
            {
                await lines.WriteLineAsync(line);
                break;
            }

            hash.AppendData(Encoding.UTF8.GetBytes(line));
            hash.AppendData("\n"u8);
            if (last.Text("type") == "blob")
            {
                blobs++;
                await File.WriteAllBytesAsync(BlobPath(directory, last.Text("hash")), Convert.FromBase64String(last.Text("data") ?? ""), token);
                last.AsObject().Remove("data");
                await lines.WriteLineAsync(Json.Line(last));
                continue;
            }

            records += last.Text("type") == "record" ? 1 : 0;
            await lines.WriteLineAsync(line);
        }

        return last.Text("type") == "end" && last.Text("sha256") == Convert.ToHexStringLower(hash.GetHashAndReset())
            ? (records, blobs)
            : throw Broken("the export broke off; try it once more");
    }

    private static async Task<byte[]> PackAsync(string directory, CancellationToken token)
    {
        if (!File.Exists(Path.Combine(directory, Lines)))
        {
            throw Broken($"there is no {Lines} in it");
        }

        using var all = new MemoryStream();
        await foreach (var line in File.ReadLinesAsync(Path.Combine(directory, Lines), token))
        {
            var node = Parse(line);
            if (node.Text("type") == "blob")
            {
                node["data"] = Convert.ToBase64String(await BytesAsync(BlobPath(directory, node.Text("hash")), token));
                all.Write(Encoding.UTF8.GetBytes(Json.Line(node)));
            }
            else
            {
                all.Write(Encoding.UTF8.GetBytes(line));
            }

            all.WriteByte((byte)'\n');
        }

        return all.ToArray();
    }

    private static async Task<byte[]> BytesAsync(string path, CancellationToken token) =>
        File.Exists(path) ? await File.ReadAllBytesAsync(path, token) : throw Broken($"the blob {Path.GetFileName(path)} is not in it");

    private static string BlobPath(string directory, string? hash) => hash is { Length: 64 } && hash.All(char.IsAsciiHexDigitLower)
        ? Path.Combine(directory, Blobs, hash)
        : throw Broken($"'{hash}' is no hash");

    private static JsonNode Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) ?? throw Broken("a line is empty");
        }
        catch (JsonException exception)
        {
            throw Broken($"a line is no JSON: {exception.Message}");
        }
    }

    private static CliException Broken(string what) => new(ExitCodes.Failed, "invalid_archive", $"The archive cannot be read: {what}.");
}
