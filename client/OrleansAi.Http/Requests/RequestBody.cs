using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
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

    /// <summary>True when a request has a body, of whatever kind and length.</summary>
    public static bool IsGiven(HttpRequest request) =>
        request.ContentLength is > 0
        || (request.ContentLength is null && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true });

    /// <summary>Reads the whole body.</summary>
    /// <exception cref="OrleansAiException">It is too large, not declared as JSON, no JSON, or breaks a limit.</exception>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, HttpOptions options)
    {
        CheckKind(request);
        if (request.ContentLength > options.MaxBodyBytes)
        {
            throw TooLarge(options);
        }

        var reader = request.BodyReader;
        while (true)
        {
            var result = await ReadAsync(reader, request.HttpContext.RequestAborted);
            if (result.Buffer.Length > options.MaxBodyBytes)
            {
                throw TooLarge(options);
            }

            if (result.IsCompleted)
            {
                var bytes = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return Of(bytes, options);
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>
    /// The length of a body; one that does not say it is read as far as it may be, and is there still for who reads it next.
    /// </summary>
    public static async ValueTask<long> LengthAsync(HttpRequest request, HttpOptions options)
    {
        if (request.ContentLength is not null || !IsGiven(request))
        {
            return request.ContentLength ?? 0;
        }

        while (true)
        {
            var result = await ReadAsync(request.BodyReader, request.HttpContext.RequestAborted);
            var (start, length) = (result.Buffer.Start, result.Buffer.Length);
            var isEnough = result.IsCompleted || length > options.MaxBodyBytes;
            request.BodyReader.AdvanceTo(start, isEnough ? start : result.Buffer.End);
            if (isEnough)
            {
                return length;
            }
        }
    }

    /// <summary>A body that was read by other means; it keeps the array.</summary>
    /// <exception cref="OrleansAiException">It is no JSON, or breaks a limit.</exception>
    public static RequestBody Of(byte[] bytes, HttpOptions options) => new(Parse(bytes, options), bytes);

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

    private static async Task<ReadResult> ReadAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or BadHttpRequestException))
        {
            // The server's reader of chunks has several other ways to say that their framing is wrong.
            throw new OrleansAiException(ErrorCodes.InvalidRequest, "The body cannot be read: its framing is wrong or it was cut.", exception);
        }
    }

    private static JsonDocument Parse(byte[] bytes, HttpOptions options)
    {
        JsonLimits.Check(bytes, options);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(
                bytes, new JsonDocumentOptions { MaxDepth = options.MaxJsonDepth, AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            // Everything else was found before. Which of the two was meant cannot be known.
            throw Invalid.Request("The body has an object with the same field twice.");
        }

        try
        {
            JsonLimits.CheckParts(document.RootElement, options);
            return document;
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }

    // Also a matter of safety: a browser sends no JSON to another site without asking that site first, but other bodies.
    private static void CheckKind(HttpRequest request)
    {
        if (request.ContentType is not { Length: > 0 } type)
        {
            throw Unsupported("The request has no Content-Type; send application/json.", "Content-Type");
        }

        if (!MediaTypeHeaderValue.TryParse(type, out var media)
            || !media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (media.Charset.HasValue && !media.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
                && !media.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase)))
        {
            throw Unsupported($"The Content-Type is '{type}'; it must be application/json in UTF-8.", "Content-Type");
        }

        if (request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw Unsupported($"The Content-Encoding is '{encoding}'; send the body as it is.", "Content-Encoding");
        }
    }

    private static OrleansAiException Unsupported(string message, string header) =>
        new(ErrorCodes.UnsupportedMediaType, message) { Param = header };

    private static OrleansAiException TooLarge(HttpOptions options) => new(
        ErrorCodes.RequestTooLarge, $"The body is larger than the limit of {options.MaxBodyBytes} bytes; send less.");
}
