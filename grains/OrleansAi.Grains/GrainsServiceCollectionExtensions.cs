using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrleansAi.Access.Directory;
using OrleansAi.Access.Keys;
using OrleansAi.Access.Load;
using OrleansAi.Collections;
using OrleansAi.Collections.Ingestion;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Ids;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Faults;
using OrleansAi.Engine.Retention;
using OrleansAi.Engine.Runs;
using OrleansAi.Grains.Conversations;
using OrleansAi.Files;
using OrleansAi.Grains.Embeddings;
using OrleansAi.Grains.Files;
using OrleansAi.Grains.Retrieval;
using OrleansAi.Grains.Vendors;
using OrleansAi.Knowledge.Documents;
using OrleansAi.Knowledge.Versions;

namespace OrleansAi.Grains;

/// <summary>What the grains need besides storage and vendors.</summary>
public static class GrainsServiceCollectionExtensions
{
    /// <summary>The name of the grain storage provider that snapshots go to.</summary>
    public const string SnapshotStorageName = Conversations.SnapshotStore.ProviderName;

    /// <summary>
    /// Adds the run engine and what the grains use of it. The host adds a journal, the vendors and a grain storage named
    /// <see cref="SnapshotStorageName"/>.
    /// </summary>
    public static IServiceCollection AddOrleansAiGrains(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IdSource>();
        services.TryAddSingleton<IFaultPoints, NoFaultPoints>();
        services.TryAddSingleton<IModelExecutor, GrainModelExecutor>();
        services.TryAddSingleton<IEmbeddingExecutor, GrainEmbeddingExecutor>();
        services.TryAddSingleton<RunEngine>();
        services.TryAddSingleton(BuildInfo.Current);
        services.TryAddSingleton<LoadWatch>();
        services.TryAddSingleton<OpenRunCount>();
        services.TryAddSingleton<AccessDirectory>();
        services.TryAddSingleton<IKeyChecker>(static provider => provider.GetRequiredService<AccessDirectory>());
        services.TryAddSingleton<ChunkWrites>();
        services.TryAddSingleton<FileReferences>();
        services.TryAddSingleton<BuiltinDocumentation>();
        services.TryAddSingleton<DocumentLimits>();
        services.TryAddSingleton<DocumentExtractor>();
        services.TryAddSingleton<CollectionLimits>();
        services.TryAddSingleton(ReadConfirmation.On);
        services.TryAddSingleton<EmbeddingModels>();
        services.TryAddSingleton<ReleasePlanner>();
        services.AddOptions<RetentionOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidator>());
        services.AddOptions<IngestionOptions>();
        services.AddOptions<ConversationOptions>();
        services.AddOptions<LoadOptions>();
        services.AddOptions<FileLimits>();
        return services;
    }
}
