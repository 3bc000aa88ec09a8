using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OrleansAi.Vendors.Embeddings;
using OrleansAi.Vendors.OpenAi;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.AzureOpenAi;

/// <summary>
/// One resource on Azure. Spoken to with OpenAI's own SDK: the stable Azure.AI.OpenAI 2.1 is made for an SDK of OpenAI's that
/// is fourteen versions older, and adds the address and the key's header only.
/// </summary>
internal sealed class AzureOpenAiEndpoint : IChatEndpoint, IEmbeddingEndpoint
{
    private const string Unversioned = "openai/v1";

    private readonly HttpClient _http = VendorHttp.Create();
    private readonly HttpClientPipelineTransport _transport;
    private readonly string _key;
    private readonly string? _version;

    public AzureOpenAiEndpoint(VendorOptions options)
    {
        Address = new Uri(options.Endpoint!.TrimEnd('/') + '/');
        _version = string.IsNullOrEmpty(options.ApiVersion) ? null : options.ApiVersion;
        _key = VendorHttp.ReadKey(options) ?? "none";
        _transport = new HttpClientPipelineTransport(_http);
    }

    /// <inheritdoc />
    public Uri Address { get; }

    /// <inheritdoc />
    public string Provider => "azure.ai.openai";

    /// <inheritdoc />
    public string Api => "azure-openai.chat";

    /// <inheritdoc />
    public ChatClient Chat(string model) => new(model, new ApiKeyCredential(_key), Options(model));

    /// <inheritdoc />
    public EmbeddingClient Embeddings(string model) => new(model, new ApiKeyCredential(_key), Options(model));

    public void Dispose()
    {
        _transport.Dispose();
        _http.Dispose();
    }

    private OpenAIClientOptions Options(string model)
    {
        var options = new OpenAIClientOptions
        {
            Endpoint = new Uri(Address, _version is null ? Unversioned : $"openai/deployments/{Uri.EscapeDataString(model)}"),
            Transport = _transport,
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        };
        options.AddPolicy(new AzureRequest(_key, _version), PipelinePosition.BeforeTransport);
        return options;
    }

    /// <summary>Puts the key and the version where Azure looks for them.</summary>
    private sealed class AzureRequest(string key, string? version) : PipelinePolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            Prepare(message.Request);
            ProcessNext(message, pipeline, currentIndex);
        }

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            Prepare(message.Request);
            return ProcessNextAsync(message, pipeline, currentIndex);
        }

        private void Prepare(PipelineRequest request)
        {
            request.Headers.Remove("Authorization");
            request.Headers.Set("api-key", key);
            if (version is not null && request.Uri is { } address)
            {
                request.Uri = new UriBuilder(address) { Query = $"api-version={Uri.EscapeDataString(version)}" }.Uri;
            }
        }
    }
}
