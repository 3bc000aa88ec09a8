using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansAi.Journal;
using OrleansAi.Storage;

namespace OrleansAi.Tests.Storage;

/// <summary>A store over a database, as the silo composes it.</summary>
internal sealed class StoreHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private StoreHost(ServiceProvider services)
    {
        _services = services;
        Store = services.GetRequiredService<IJournalStore>();
    }

    public IJournalStore Store { get; }

    public IServiceProvider Services => _services;

    public static StoreHost PostgreSql(string connectionString) =>
        Create(services => services.AddOrleansAiPostgreSqlStorage(connectionString));

    public static StoreHost Sqlite(string file) => Create(services => services.AddOrleansAiSqliteStorage($"Data Source={file}"));

    /// <summary>A journal over the store, or over one that fails as told.</summary>
    public GroupCommitJournal Journal(IJournalStore? over = null, JournalOptions? options = null) => new(
        over ?? Store, options ?? new JournalOptions(), TimeProvider.System,
        _services.GetRequiredService<ILoggerFactory>().CreateLogger<GroupCommitJournal>());

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static StoreHost Create(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection().AddLogging();
        add(services);
        return new StoreHost(services.BuildServiceProvider());
    }
}
