using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Responses;
using OrleansAi.Vendors.Embeddings;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.OpenAi;

/// <summary>One vendor's address, key and connections, shared by its models.</summary>
internal sealed class OpenAiEndpoint : IChatEndpoint, IEmbeddingEndpoint
{
    private static readonly Uri DefaultAddress = new("https://api.openai.com/v1");
    private readonly HttpClient _http;
    private readonly HttpClientPipelineTransport _transport;
    private readonly ApiKeyCredential _key;

    public OpenAiEndpoint(VendorOptions options)
    {
        Address = options.Endpoint is { } endpoint ? new Uri(endpoint) : DefaultAddress;

        // Servers that speak the format without a key ignore it; the SDK wants one.
        _key = new ApiKeyCredential(VendorHttp.ReadKey(options) ?? "none");

        _http = VendorHttp.Create();
        _transport = new HttpClientPipelineTransport(_http);
    }

    public Uri Address { get; }

    /// <summary>The provider's name in the OpenTelemetry GenAI conventions.</summary>
    public string Provider => "openai";

    /// <summary>The contract of the answers.</summary>
    public string Api => "openai.chat";

    public ChatClient Chat(string model) => new(model, _key, Options());

    public EmbeddingClient Embeddings(string model) => new(model, _key, Options());

    /// <summary>The SDK's client for the Responses API.</summary>
    public ResponsesClient Responses() => new(_key, new ResponsesClientOptions
    {
        Endpoint = Address,
        Transport = _transport,
        RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        NetworkTimeout = Timeout.InfiniteTimeSpan,
    });

    public void Dispose()
    {
        _transport.Dispose();
        _http.Dispose();
    }

    private OpenAIClientOptions Options() => new()
    {
        Endpoint = Address,
        Transport = _transport,
        RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        NetworkTimeout = Timeout.InfiniteTimeSpan,
    };
}
