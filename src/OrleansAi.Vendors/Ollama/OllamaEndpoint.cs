using System.Net.Http.Headers;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Ollama;

/// <summary>One server of Ollama's: its address, key and connections, shared by its models.</summary>
internal sealed class OllamaEndpoint : IDisposable
{
    private const string DefaultAddress = "http://localhost:11434";

    private readonly HttpClient _http = VendorHttp.Create();
    private readonly Uri _chat;
    private readonly string? _key;

    public OllamaEndpoint(VendorOptions options)
    {
        Address = new Uri((options.Endpoint ?? DefaultAddress).TrimEnd('/') + '/');
        _chat = new Uri(Address, "api/chat");
        _key = VendorHttp.ReadKey(options);
    }

    public Uri Address { get; }

    /// <summary>Sends a request, and returns when the answer's headers are there.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpContent content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _chat) { Content = content };
        if (_key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        }

        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public void Dispose() => _http.Dispose();
}
