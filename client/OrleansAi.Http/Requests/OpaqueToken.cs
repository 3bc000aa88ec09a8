using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Http.Errors;

namespace OrleansAi.Http.Requests;

/// <summary>
/// What callers keep for us and give back unread: the <c>encrypted_content</c> of reasoning and compaction items. Of
/// reasoning it holds what the vendors want back, which they have encrypted or signed themselves. A checksum tells damage; there
/// is no secret in it, because nothing rests on it: what a token can say, its caller may say in plain items as well.
/// </summary>
internal static class OpaqueToken
{
    private const int ChecksumBytes = 8;
    private const string ReasoningMark = "oair2.";
    private const string CompactionMark = "oaic2.";

    /// <summary>What vendors want back of a reasoning item, for its caller to keep; null where they want nothing.</summary>
    public static string? Write(IReadOnlyList<ItemOrigin> origins) => origins.Count == 0
        ? null
        : Token(ReasoningMark, JsonSerializer.SerializeToUtf8Bytes(
            [.. origins.Select(static origin => new OriginToken(origin.Vendor, origin.Kind, origin.Id, origin.Opaque, origin.Length))],
            OpaqueTokenContext.Default.OriginTokenArray));

    /// <summary>A summary, for its caller to keep.</summary>
    public static string WriteCompaction(string summary) => Token(CompactionMark, Encoding.UTF8.GetBytes(summary));

    /// <summary>What the caller kept of a reasoning item.</summary>
    public static IReadOnlyList<ItemOrigin> ReadOrigins(string token, string name)
    {
        try
        {
            var origins = JsonSerializer.Deserialize(Bytes(token, ReasoningMark, name), OpaqueTokenContext.Default.OriginTokenArray) ?? [];
            return origins.All(static origin => origin is { Vendor: not null, Length: >= 0 })
                ? [.. origins.Select(static origin => new ItemOrigin
                {
                    Vendor = origin.Vendor,
                    Kind = origin.Kind,
                    Id = origin.Id,
                    Opaque = origin.Opaque,
                    Length = origin.Length,
                })]
                : throw Unknown(name);
        }
        catch (JsonException)
        {
            throw Unknown(name);
        }
    }

    /// <summary>The compaction item that the caller kept.</summary>
    public static NewItem ReadCompaction(string token, string name) => new()
    {
        Kind = ItemKind.Compaction,
        Role = Role.System,
        Parts = [new ContentPart { Kind = ContentPartKind.SummaryText, Text = Encoding.UTF8.GetString(Bytes(token, CompactionMark, name)) }],
    };

    private static string Token(string mark, byte[] data) => mark + Base64Url.EncodeToString([.. Checksum(data), .. data]);

    private static byte[] Checksum(ReadOnlySpan<byte> data) => SHA256.HashData(data)[..ChecksumBytes];

    private static byte[] Bytes(string token, string mark, string name)
    {
        if (!token.StartsWith(mark, StringComparison.Ordinal) || !Base64Url.IsValid(token.AsSpan(mark.Length)))
        {
            throw Unknown(name);
        }

        var bytes = Base64Url.DecodeFromChars(token.AsSpan(mark.Length));
        return bytes.Length > ChecksumBytes && Checksum(bytes.AsSpan(ChecksumBytes)).AsSpan().SequenceEqual(bytes.AsSpan(0, ChecksumBytes))
            ? bytes[ChecksumBytes..]
            : throw Unknown(name);
    }

    private static OrleansAi.Contracts.Errors.OrleansAiException Unknown(string name) =>
        Invalid.Request($"'{name}' was not made here, or is damaged; send it back as it came.", name);
}

internal sealed record OriginToken(
    [property: JsonPropertyName("v")] string Vendor,
    [property: JsonPropertyName("k")] string? Kind,
    [property: JsonPropertyName("id")] string? Id,
    [property: JsonPropertyName("x")] string? Opaque,
    [property: JsonPropertyName("n")] int Length);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(OriginToken[]))]
internal sealed partial class OpaqueTokenContext : JsonSerializerContext;
