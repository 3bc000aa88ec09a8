using System.Collections.Concurrent;
using OrleansAi.Vendors.Anthropic;
using OrleansAi.Vendors.AzureOpenAi;
using OrleansAi.Vendors.Builtin;
using OrleansAi.Vendors.Embeddings;
using OrleansAi.Vendors.Gemini;
using OrleansAi.Vendors.Ollama;
using OrleansAi.Vendors.OpenAi;
using OrleansAi.Vendors.OpenAiResponses;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Routing;

namespace OrleansAi.Vendors;

/// <summary>Makes the adapter of each kind of vendor; the models of one vendor share its connections.</summary>
internal sealed class AdapterFactory : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<IDisposable>> _endpoints = new(StringComparer.OrdinalIgnoreCase);

    public IVendorAdapter Create(string vendor, VendorOptions options, string model) =>
        RoutingOptionsValidator.Kind(options.Kind) switch
        {
            VendorKind.OpenAi => new OpenAiChatAdapter(Endpoint(vendor, () => new OpenAiEndpoint(options)), model, vendor),
            VendorKind.OpenAiResponses => new ResponsesAdapter(Endpoint(vendor, () => new OpenAiEndpoint(options)), vendor),
            VendorKind.AzureOpenAi => new OpenAiChatAdapter(Endpoint(vendor, () => new AzureOpenAiEndpoint(options)), model, vendor),
            VendorKind.Ollama => new OllamaAdapter(Endpoint(vendor, () => new OllamaEndpoint(options)), vendor),
            VendorKind.Anthropic => new AnthropicAdapter(Endpoint(vendor, () => new AnthropicEndpoint(options)), model, vendor),
            VendorKind.Gemini => new GeminiAdapter(Endpoint(vendor, () => new GeminiEndpoint(options)), model, vendor),
            _ => new ExtractiveModel(),
        };

    /// <summary>The adapter for embeddings, or null for a kind of vendor that has none.</summary>
    public IEmbeddingAdapter? CreateEmbedding(string vendor, VendorOptions options, string model) =>
        RoutingOptionsValidator.Kind(options.Kind) switch
        {
            VendorKind.OpenAi or VendorKind.OpenAiResponses =>
                new OpenAiEmbeddingAdapter(Endpoint(vendor, () => new OpenAiEndpoint(options)), model),
            VendorKind.AzureOpenAi => new OpenAiEmbeddingAdapter(Endpoint(vendor, () => new AzureOpenAiEndpoint(options)), model),
            VendorKind.Ollama => new OllamaEmbeddingAdapter(Endpoint(vendor, () => new OllamaEndpoint(options))),
            VendorKind.Gemini => new GeminiEmbeddingAdapter(Endpoint(vendor, () => new GeminiEndpoint(options)), model),
            VendorKind.Builtin => new LexicalEmbedding(),
            _ => null,
        };

    public void Dispose()
    {
        foreach (var endpoint in _endpoints.Values.Where(static endpoint => endpoint.IsValueCreated))
        {
            endpoint.Value.Dispose();
        }
    }

    private T Endpoint<T>(string vendor, Func<T> create)
        where T : IDisposable =>
        (T)_endpoints.GetOrAdd(vendor, _ => new Lazy<IDisposable>(() => create())).Value;
}
