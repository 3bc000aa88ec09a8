using Anthropic.Core;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Anthropic;

/// <summary>One vendor's address, key and connections, shared by its models.</summary>
internal sealed class AnthropicEndpoint : IDisposable
{
    private const string DefaultAddress = "https://api.anthropic.com";
    private const string Version = "/v1";

    public AnthropicEndpoint(VendorOptions options)
    {
        // The SDK adds the version itself; our option is the address up to and with it.
        var address = (options.Endpoint ?? DefaultAddress).TrimEnd('/');
        Address = new Uri(address.EndsWith(Version, StringComparison.Ordinal) ? address[..^Version.Length] : address);
        var key = VendorHttp.ReadKey(options);
        var sdk = new ClientOptions
        {
            HttpClient = VendorHttp.Create(),
            BaseUrl = Address.AbsoluteUri.TrimEnd('/'),

            // Without one the SDK looks for keys in the environment and in profiles, and sends them to whatever address this is.
            ApiKey = key ?? "none",
            MaxRetries = 0,
            Timeout = Timeout.InfiniteTimeSpan,

            // Our own spans are around every call, and the SDK's can be told by the environment to hold content.
            OpenTelemetry = false,
        };
        Transport = new AnthropicTransport(sdk, hasKey: key is not null);
    }

    public Uri Address { get; }

    public AnthropicTransport Transport { get; }

    public void Dispose() => Transport.Dispose();
}
