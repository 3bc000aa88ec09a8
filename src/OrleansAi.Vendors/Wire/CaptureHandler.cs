using System.Net;
using OrleansAi.Contracts.Models;

namespace OrleansAi.Vendors.Wire;

/// <summary>Keeps what goes out and what comes in for <see cref="WireCapture.Current"/>, as it goes by.</summary>
internal sealed class CaptureHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (WireCapture.Current is not { } capture)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        if (request.Content is { } body)
        {
            capture.OnRequest(await body.ReadAsByteArrayAsync(cancellationToken));
        }

        var response = capture.Recorded is { } recorded ? Answer(recorded) : await SendAsync(request, capture, cancellationToken);
        capture.OnResponse(response);
        response.Content = new KeptContent(response.Content, capture);
        return response;
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, WireCapture capture, CancellationToken cancellationToken)
    {
        capture.OnSend();
        return base.SendAsync(request, cancellationToken);
    }

    private static HttpResponseMessage Answer(RecordedExchange recorded)
    {
        if (recorded.Response is not { } body)
        {
            throw new HttpRequestException("No answer is recorded.");
        }

        var response = new HttpResponseMessage((HttpStatusCode)(recorded.Status ?? 200)) { Content = new ReadOnlyMemoryContent(body) };
        response.Content.Headers.ContentType = new(recorded.IsStream && response.IsSuccessStatusCode ? "text/event-stream" : "application/json");
        if (recorded.RequestId is { } id)
        {
            // Each vendor has a header of its own for it.
            response.Headers.TryAddWithoutValidation("x-request-id", id);
            response.Headers.TryAddWithoutValidation("request-id", id);
        }

        return response;
    }

    private sealed class KeptContent : HttpContent
    {
        private readonly HttpContent _inner;
        private readonly WireCapture _capture;

        public KeptContent(HttpContent inner, WireCapture capture)
        {
            (_inner, _capture) = (inner, capture);
            foreach (var (name, values) in inner.Headers)
            {
                Headers.TryAddWithoutValidation(name, values);
            }
        }

        protected override async Task<Stream> CreateContentReadStreamAsync() =>
            new KeptStream(await _inner.ReadAsStreamAsync(), _capture);

        protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
            new KeptStream(await _inner.ReadAsStreamAsync(cancellationToken), _capture);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await using var body = await CreateContentReadStreamAsync();
            await body.CopyToAsync(stream);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _inner.Headers.ContentLength ?? 0;
            return _inner.Headers.ContentLength.HasValue;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    private sealed class KeptStream(Stream inner, WireCapture capture) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            Keep(buffer[..read], buffer.Length);
            return read;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            Keep(buffer.Span[..read], buffer.Length);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }

        // A read into nothing says nothing about the end.
        private void Keep(ReadOnlySpan<byte> bytes, int asked)
        {
            if (asked > 0)
            {
                capture.OnRead(bytes);
            }
        }
    }
}
