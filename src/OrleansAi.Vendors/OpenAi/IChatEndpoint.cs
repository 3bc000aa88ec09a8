using OpenAI.Chat;

namespace OrleansAi.Vendors.OpenAi;

/// <summary>One vendor that speaks chat completions: its address, key and connections, shared by its models.</summary>
internal interface IChatEndpoint : IDisposable
{
    /// <summary>Where calls go.</summary>
    Uri Address { get; }

    /// <summary>The provider's name in the OpenTelemetry GenAI conventions.</summary>
    string Provider { get; }

    /// <summary>The contract of the answers.</summary>
    string Api { get; }

    /// <summary>The SDK's client for a model.</summary>
    ChatClient Chat(string model);
}
