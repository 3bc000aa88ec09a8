using System.Net.Http.Headers;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Gemini;

/// <summary>One vendor's address, key and connections, shared by its models.</summary>
internal sealed class GeminiEndpoint : IDisposable
{
    private const string DefaultAddress = "https://generativelanguage.googleapis.com";
    private const string DefaultVersion = "v1beta";
    private const string KeyHeader = "x-goog-api-key";
    private readonly HttpClient _http = VendorHttp.Create();
    private readonly string? _key;

    public GeminiEndpoint(VendorOptions options)
    {
        var address = new Uri((options.Endpoint ?? DefaultAddress).TrimEnd('/') + '/');
        Address = address.AbsolutePath is "/" ? new Uri(address, DefaultVersion + '/') : address;
        _key = VendorHttp.ReadKey(options);
    }

    /// <summary>The address up to and with the version.</summary>
    public Uri Address { get; }

    /// <summary>Sends a request, and returns when the answer's headers are there.</summary>
    /// <param name="model">The vendor's name of the model, with or without the collection in front.</param>
    /// <param name="method">What to ask of the model, for example <c>generateContent</c>.</param>
    /// <param name="body">The request.</param>
    /// <param name="cancellationToken">Closes the connection.</param>
    public async Task<HttpResponseMessage> SendAsync(
        string model, string method, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, Of(model, method)) { Content = content };
        if (_key is not null)
        {
            request.Headers.Add(KeyHeader, _key);
        }

        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private Uri Of(string model, string method)
    {
        var name = model.Contains('/', StringComparison.Ordinal) ? model : "models/" + model;
        var path = string.Join('/', name.Split('/').Select(Uri.EscapeDataString));
        return new Uri($"{Address.AbsoluteUri}{path}:{method}");
    }
}
