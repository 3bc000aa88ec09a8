using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.Requests;

/// <summary>The body of a request.</summary>
internal sealed class RequestBody : IDisposable
{
    private readonly JsonDocument _document;
    private readonly byte[] _bytes;

    private RequestBody(JsonDocument document, byte[] bytes)
    {
        _document = document;
        _bytes = bytes;
    }

    public JsonElement Root => _document.RootElement;

    /// <summary>Reads the whole body.</summary>
    /// <exception cref="OrleansAiException">It is too large or no JSON.</exception>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, HttpOptions options)
    {
        if (request.ContentLength > options.MaxBodyBytes)
        {
            throw TooLarge(options);
        }

        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(request.HttpContext.RequestAborted);
            if (result.Buffer.Length > options.MaxBodyBytes)
            {
                throw TooLarge(options);
            }

            if (result.IsCompleted)
            {
                var bytes = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return Of(bytes);
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>A body that was read by other means; it keeps the array.</summary>
    /// <exception cref="OrleansAiException">It is no JSON.</exception>
    public static RequestBody Of(byte[] bytes) => new(Parse(bytes), bytes);

    /// <summary>SHA-256 of path and body, lower-case hexadecimal: what an idempotency key is bound to.</summary>
    public string Hash(PathString path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(path.Value ?? ""));
        hash.AppendData([0]);
        hash.AppendData(_bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Dispose() => _document.Dispose();

    private static JsonDocument Parse(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            throw Invalid.Request("The body is empty; send a JSON object.");
        }

        try
        {
            return JsonDocument.Parse(bytes);
        }
        catch (JsonException exception)
        {
            throw Invalid.Request($"The body is not valid JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.");
        }
    }

    private static OrleansAiException TooLarge(HttpOptions options) => new(
        ErrorCodes.RequestTooLarge, $"The body is larger than the limit of {options.MaxBodyBytes} bytes; send less.");
}
