using Microsoft.Extensions.DependencyInjection;
using OrleansAi.Contracts.Embeddings;
using Xunit;

namespace OrleansAi.Tests.Cluster.Collections;

/// <summary>A cluster of three silos whose embedding calls are counted; the tests of a class share it.</summary>
public sealed class CollectionCluster(PostgreSqlFixture postgreSql) : IAsyncLifetime
{
    internal EmbeddingCounter Embeddings { get; } = new();

    internal Host Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Host = await Host.StartAsync(await postgreSql.Instance.CreateDatabaseAsync(), vendor: null, silos: 3, configure: services => Count(services, Embeddings));

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    internal static void Count(IServiceCollection services, EmbeddingCounter counter)
    {
        var executor = services.Last(static service => service.ServiceType == typeof(IEmbeddingExecutor));
        services.Remove(executor);
        services.AddSingleton<IEmbeddingExecutor>(provider => new CountingEmbeddings(
            (IEmbeddingExecutor)ActivatorUtilities.CreateInstance(provider, executor.ImplementationType!), counter));
    }
}
