using System.Net.Http.Headers;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Ollama;

/// <summary>One server of Ollama's: its address, key and connections, shared by its models.</summary>
internal sealed class OllamaEndpoint : IDisposable
{
    private const string DefaultAddress = "http://localhost:11434";

    private readonly HttpClient _http = VendorHttp.Create();
    private readonly string? _key;

    public OllamaEndpoint(VendorOptions options)
    {
        Address = new Uri((options.Endpoint ?? DefaultAddress).TrimEnd('/') + '/');
        _key = VendorHttp.ReadKey(options);
    }

    public Uri Address { get; }

    /// <summary>Sends a request, and returns when the answer's headers are there.</summary>
    /// <param name="path">What is asked for, for example <c>api/chat</c>.</param>
    /// <param name="body">The request.</param>
    /// <param name="cancellationToken">Closes the connection.</param>
    /// <exception cref="Pipeline.VendorException">The answer is an error.</exception>
    public async Task<HttpResponseMessage> SendAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path)) { Content = content };
        if (_key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        }

        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw OllamaErrors.OfStatus(
                response, await VendorHttp.ReadAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken));
        }
    }

    public void Dispose() => _http.Dispose();
}
