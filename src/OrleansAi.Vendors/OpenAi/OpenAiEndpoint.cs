using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;

namespace OrleansAi.Vendors.OpenAi;

/// <summary>One vendor's address, key and connections, shared by its models.</summary>
internal sealed class OpenAiEndpoint : IDisposable
{
    private static readonly Uri DefaultAddress = new("https://api.openai.com/v1");
    private readonly HttpClient _http;
    private readonly HttpClientPipelineTransport _transport;
    private readonly ApiKeyCredential _key;

    public OpenAiEndpoint(VendorOptions options)
    {
        Address = options.Endpoint is { } endpoint ? new Uri(endpoint) : DefaultAddress;

        // Servers that speak the format without a key ignore it; the SDK wants one.
        _key = new ApiKeyCredential(ReadKey(options) ?? "none");

        // Deadlines are the pipeline's alone.
        _http = new HttpClient(new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(10),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _transport = new HttpClientPipelineTransport(_http);
    }

    public Uri Address { get; }

    public ChatClient Chat(string model) => new(model, _key, new OpenAIClientOptions
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

    private static string? ReadKey(VendorOptions options)
    {
        if (options.ApiKeyFile is { } file)
        {
            return File.ReadAllText(file).Trim();
        }

        return options.ApiKeyEnv is { } variable ? Environment.GetEnvironmentVariable(variable) : options.ApiKey;
    }
}
