using System.Buffers;
using System.Net.Http.Headers;
using OrleansAi.Contracts.Models;

namespace OrleansAi.Vendors.Wire;

/// <summary>
/// The exact bytes of one exchange with a vendor, kept below its SDK by <see cref="CaptureHandler"/>. Headers are kept
/// apart, and of the request none: that is where secrets are.
/// </summary>
internal sealed class WireCapture
{
    /// <summary>The largest answer that is kept and read, bytes.</summary>
    public const int MostBytes = 16 << 20;

    private static readonly AsyncLocal<WireCapture?> Present = new();
    private readonly ArrayBufferWriter<byte> _response = new(1_024);
    private HttpResponseHeaders? _headers;

    /// <summary>The exchange of this call, or null when nobody keeps it.</summary>
    public static WireCapture? Current => Present.Value;

    /// <summary>The request's body; empty until it is sent.</summary>
    public ReadOnlyMemory<byte> Request { get; private set; }

    /// <summary>The answer's body as far as it was read, after decompression.</summary>
    public ReadOnlyMemory<byte> Response => _response.WrittenMemory;

    /// <summary>The answer's status; null when none came.</summary>
    public int? Status { get; private set; }

    /// <summary>The answer's media type.</summary>
    public string? MediaType { get; private set; }

    /// <summary>True when the answer was read to its end.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>True when the request left, so that the vendor may have done the work.</summary>
    public bool IsSent => Request.Length > 0;

    /// <summary>The names of the answer's headers; none of a recorded one, whose headers are not kept.</summary>
    public IEnumerable<string> HeaderNames => Recorded is not null ? [] : _headers?.Select(static pair => pair.Key) ?? [];

    /// <summary>Begins to keep the exchange that the calling method and what it calls make.</summary>
    public static WireCapture Begin() => Present.Value = new WireCapture();

    /// <summary>A header of the answer, or null.</summary>
    public string? Header(string name) =>
        _headers is not null && _headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>Begins an exchange that is answered from a record: nothing leaves the process.</summary>
    public static WireCapture Begin(RecordedExchange recorded) => Present.Value = new WireCapture { Recorded = recorded };

    /// <summary>What answers in the place of the network; null for a live exchange.</summary>
    public RecordedExchange? Recorded { get; private init; }

    /// <summary>How many requests went to the network.</summary>
    public int Sent { get; private set; }

    internal void OnSend() => Sent++;

    internal void OnRequest(byte[] body) => Request = body;

    internal void OnResponse(HttpResponseMessage response)
    {
        Status = (int)response.StatusCode;
        MediaType = response.Content.Headers.ContentType?.MediaType;
        _headers = response.Headers;
    }

    internal void OnRead(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            IsComplete = true;
            return;
        }

        if (_response.WrittenCount + bytes.Length > MostBytes)
        {
            throw new IOException($"The vendor's answer is larger than {MostBytes} bytes.");
        }

        _response.Write(bytes);
    }
}
