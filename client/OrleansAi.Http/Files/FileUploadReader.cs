using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using OrleansAi.Client.Files;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Files;
using OrleansAi.Files;
using OrleansAi.Http.Errors;

namespace OrleansAi.Http.Files;

/// <summary>
/// Reads an upload (<c>multipart/form-data</c>) and stores its content as it comes: one piece is in memory, whatever the file's
/// length. The fields may stand before or behind the content.
/// </summary>
internal sealed class FileUploadReader(IOptions<FileLimits> limits)
{
    private const int LongestBoundary = 128;
    private const int LongestValue = 1_024;
    private const int MostSections = 8;

    // What a form has around the content, generously.
    private const long Frame = 64 << 10;

    private readonly long _mostBytes = limits.Value.MaxFileBytes;

    /// <summary>Reads the form and publishes the file.</summary>
    /// <exception cref="OrleansAiException">The form is refused; nothing is left of what was stored.</exception>
    public async Task<FileView> ReadAsync(HttpContext context, FileClient files)
    {
        var request = context.Request;
        var reader = new MultipartReader(BoundaryOf(request), request.Body) { HeadersCountLimit = 16, HeadersLengthLimit = 8 << 10 };
        if (request.ContentLength > _mostBytes + Frame)
        {
            throw FileErrors.TooLarge(_mostBytes);
        }

        var fields = new FileFields();
        FileUpload? upload = null;
        try
        {
            var (name, mediaType) = ("", (string?)null);
            for (var sections = 0; await NextAsync(reader, context.RequestAborted) is { } section; sections++)
            {
                var disposition = DispositionOf(section, sections);
                var field = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
                fields.Begin(field);
                if (field != "file")
                {
                    fields.Set(field, await ReadTextAsync(section.Body, field, context.RequestAborted));
                    continue;
                }

                name = FileFields.NameOf(HeaderUtilities.RemoveQuotes(
                    disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).ToString());
                mediaType = MediaTypeHeaderValue.TryParse(section.ContentType, out var type) ? type.MediaType.ToString() : null;
                upload = await files.BeginUploadAsync(context.RequestAborted);
                await ReadContentAsync(section.Body, upload, context.RequestAborted);
            }

            var file = fields.ToFile(name, mediaType);
            return upload is null ? throw Invalid.Request("'file' is required.", "file")
                : upload.Bytes == 0 ? throw Invalid.Request("The file is empty.", "file")
                : await upload.CompleteAsync(file, context.RequestAborted);
        }
        finally
        {
            if (upload is not null)
            {
                await upload.DisposeAsync();
            }
        }
    }

    private static string BoundaryOf(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            var given = request.ContentType is { Length: > 0 } text ? $"is '{text}'; it" : "is missing; it";
            throw new OrleansAiException(ErrorCodes.UnsupportedMediaType, $"The Content-Type {given} must be multipart/form-data.")
            {
                Param = "Content-Type",
            };
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        return boundary.Length is > 0 and <= LongestBoundary
            ? boundary
            : throw Invalid.Request($"The Content-Type must name a boundary of 1 to {LongestBoundary} characters.", "Content-Type");
    }

    private static ContentDispositionHeaderValue DispositionOf(MultipartSection section, int sections)
    {
        if (sections >= MostSections)
        {
            throw Invalid.Request($"The form has more than {MostSections} fields.");
        }

        return ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
            && disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase)
            ? disposition
            : throw Invalid.Request("A part of the form has no Content-Disposition with a name.");
    }

    private static async Task<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadNextSectionAsync(cancellationToken);
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            throw Broken(exception);
        }
    }

    private static async Task<string> ReadTextAsync(Stream body, string field, CancellationToken cancellationToken)
    {
        var bytes = new byte[LongestValue + 1];
        int length;
        try
        {
            length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            throw Broken(exception);
        }

        return length <= LongestValue && System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, length))
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw Invalid.Request($"'{field}' must be a text of at most {LongestValue} bytes in UTF-8.", field);
    }

    private async Task ReadContentAsync(Stream body, FileUpload upload, CancellationToken cancellationToken)
    {
        using var limited = new LimitedStream(body, _mostBytes);
        await upload.WriteAsync(limited, cancellationToken);
    }

    private static bool IsBroken(Exception exception) =>
        exception is InvalidDataException or (IOException and not BadHttpRequestException);

    private static OrleansAiException Broken(Exception exception) =>
        new(ErrorCodes.InvalidRequest, "The form cannot be read: its framing is wrong, it was cut, or its headers are too long.", exception);

    // Reads no more than a file may have, so that one that is too large is refused at once and not piece by piece.
    private sealed class LimitedStream(Stream inner, long most) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                var read = await inner.ReadAsync(buffer, cancellationToken);
                _read += read;
                return _read <= most ? read : throw FileErrors.TooLarge(most);
            }
            catch (Exception exception) when (IsBroken(exception))
            {
                throw Broken(exception);
            }
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
