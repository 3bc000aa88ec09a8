using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansAi.Client;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Grains;
using OrleansAi.Journal;
using OrleansAi.Storage;
using OrleansAi.Vendors;
using OrleansAi.VendorDouble;

namespace OrleansAi.Tests.Cluster;

/// <summary>
/// A cluster in this process over a PostgreSQL database, or a SQLite file where it is told so, and a vendor double, composed as
/// the silo composes it.
/// </summary>
internal sealed class Host : IAsyncDisposable
{
    private readonly ServiceProvider _client;

    private Host(InProcessTestCluster cluster)
    {
        Cluster = cluster;
        _client = new ServiceCollection()
            .AddSingleton<IGrainFactory>(cluster.Client)
            .AddOrleansAiCalls()
            .BuildServiceProvider();
        Client = _client.GetRequiredService<OrleansAiClient>();
    }

    public InProcessTestCluster Cluster { get; }

    public OrleansAiClient Client { get; }

    public IGrainFactory Grains => Cluster.Client;

    /// <summary>The journal of the first silo.</summary>
    public CountingJournal Journal => (CountingJournal)Cluster.Silos[0].ServiceProvider.GetRequiredService<IJournal>();

    public static async Task<Host> StartAsync(
        string database, VendorServer? vendor, short silos = 1, Action<IServiceCollection>? configure = null)
    {
        var settings = new Dictionary<string, string?>();
        if (vendor is not null)
        {
            settings["Vendors:double:Kind"] = "openai";
            settings["Vendors:double:Endpoint"] = vendor.Endpoint;
            settings["Models:default:Candidates:0:Vendor"] = "double";
            settings["Models:default:Candidates:0:Model"] = "m1";
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ServiceId = "orleansai";
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddLogging(static logging => logging.SetMinimumLevel(LogLevel.Warning));
            silo.Services.AddOrleansAiGrains();
            silo.Services.AddOrleansAiVendors(configuration);
            AddStorage(silo.Services, database);
            Count(silo.Services);
            if (IsSqlite(database))
            {
                silo.AddSqliteGrainStorage(GrainsServiceCollectionExtensions.SnapshotStorageName);
                configure?.Invoke(silo.Services);
                return;
            }

            silo.AddAdoNetGrainStorage(GrainsServiceCollectionExtensions.SnapshotStorageName, options =>
            {
                options.Invariant = "Npgsql";
                options.ConnectionString = database;
            });
            silo.Services.AddOptions<AdoNetGrainStorageOptions>(GrainsServiceCollectionExtensions.SnapshotStorageName)
                .Configure<IServiceProvider>(static (options, services) => options.GrainStorageSerializer =
                    ActivatorUtilities.CreateInstance<OrleansGrainStorageSerializer>(services));
            configure?.Invoke(silo.Services);
        });
        await using (var schema = AddStorage(new ServiceCollection().AddLogging(), database).BuildServiceProvider())
        {
            await schema.GetRequiredService<IJournalStore>().InitializeAsync(CancellationToken.None);
        }

        var cluster = builder.Build();
        await cluster.DeployAsync();
        if (IsSqlite(database))
        {
            // A SQLite file is opened by each process that uses it, not once for all.
            await cluster.Silos[0].ServiceProvider.GetRequiredService<IJournalStore>().InitializeAsync(CancellationToken.None);
        }

        return new Host(cluster);
    }

    /// <summary>The storage that a connection string is of.</summary>
    public static IServiceCollection AddStorage(IServiceCollection services, string database) => IsSqlite(database)
        ? services.AddOrleansAiSqliteStorage(database)
        : services.AddOrleansAiPostgreSqlStorage(database);

    public static TurnRequest Turn(string text, string? key = null, bool stream = false, OverlapPolicy overlap = OverlapPolicy.Queue) => new()
    {
        Input = [NewItem.Message(Role.User, text)],
        IdempotencyKey = key,
        RequestHash = key is null ? null : text,
        Stream = stream,
        Overlap = overlap,
    };

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await Cluster.DisposeAsync();
    }

    private static bool IsSqlite(string database) => database.StartsWith("Data Source=", StringComparison.Ordinal);

    private static void Count(IServiceCollection services)
    {
        var journal = services.Last(static service => service.ServiceType == typeof(IJournal));
        services.Remove(journal);
        services.AddSingleton<IJournal>(provider => new CountingJournal((IJournal)journal.ImplementationFactory!(provider)));
    }
}
