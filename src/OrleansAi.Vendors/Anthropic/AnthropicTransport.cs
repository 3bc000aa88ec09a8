using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text.Json;
using Anthropic;
using Anthropic.Core;
using Anthropic.Models.Messages;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Anthropic;

/// <summary>
/// The official SDK below its types: it brings address, authentication and connection, while the bytes are ours, so that
/// an unknown field, event or value can never throw inside it.
/// </summary>
/// <param name="options">The SDK's options.</param>
/// <param name="hasKey">False to send no key, for servers that speak the format without one.</param>
internal sealed class AnthropicTransport(ClientOptions options, bool hasKey) : AnthropicClientWithRawResponse(options)
{
    private const string VersionHeader = "anthropic-version";
    private const string TimeoutHeader = "X-Stainless-Timeout";

    /// <summary>The body's bytes in the place of what the SDK would write from its types.</summary>
    protected override async ValueTask BeforeSend<T>(
        HttpRequest<T> request, HttpRequestMessage requestMessage, CancellationToken cancellationToken)
    {
        await base.BeforeSend(request, requestMessage, cancellationToken);
        if (request.Params is not AnthropicBody body)
        {
            return;
        }

        requestMessage.Content = new ReadOnlyMemoryContent(body.Bytes);
        requestMessage.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        requestMessage.Headers.Remove(TimeoutHeader);
        if (!hasKey)
        {
            requestMessage.Headers.Authorization = null;
        }

        if (body.Version is { } version)
        {
            requestMessage.Headers.Remove(VersionHeader);
            requestMessage.Headers.Add(VersionHeader, version);
        }
    }

    /// <summary>Errors are read here, because the SDK's own exceptions lose the headers and with them <c>retry-after</c>.</summary>
    protected override async ValueTask AfterSend<T>(
        HttpRequest<T> request, HttpResponseMessage httpResponseMessage, CancellationToken cancellationToken)
    {
        if (httpResponseMessage.IsSuccessStatusCode)
        {
            await base.AfterSend(request, httpResponseMessage, cancellationToken);
            return;
        }

        using (httpResponseMessage)
        {
            var stream = await httpResponseMessage.Content.ReadAsStreamAsync(cancellationToken);
            var body = await VendorHttp.ReadAsync(stream, cancellationToken);
            throw AnthropicErrors.OfStatus((int)httpResponseMessage.StatusCode, body.Span, name => Header(httpResponseMessage, name));
        }
    }

    /// <summary>A header of an answer, or null.</summary>
    public static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}

/// <summary>A request whose body is already written.</summary>
/// <remarks>The SDK's type only tells it the route; its own properties stay empty.</remarks>
internal sealed record AnthropicBody : MessageCreateParams
{
    private static readonly Dictionary<string, JsonElement> Nothing = [];
    private static readonly MessageCreateParams Empty = FromRawUnchecked(Nothing, Nothing, Nothing);

    [SetsRequiredMembers]
    public AnthropicBody(ReadOnlyMemory<byte> bytes)
        : base(Empty) => Bytes = bytes;

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The API version to ask for; null for the SDK's.</summary>
    public string? Version { get; init; }
}
