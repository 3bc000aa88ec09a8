using OpenAI.Embeddings;

namespace OrleansAi.Vendors.Embeddings;

/// <summary>One vendor that speaks OpenAI's embeddings: its address, key and connections, shared by its models.</summary>
internal interface IEmbeddingEndpoint : IDisposable
{
    /// <summary>Where calls go.</summary>
    Uri Address { get; }

    /// <summary>The provider's name in the OpenTelemetry GenAI conventions.</summary>
    string Provider { get; }

    /// <summary>The SDK's client for a model.</summary>
    EmbeddingClient Embeddings(string model);
}
