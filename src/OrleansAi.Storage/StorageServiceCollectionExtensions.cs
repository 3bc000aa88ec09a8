using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Hosting;
using Orleans.Storage;
using OrleansAi.Contracts.Telemetry;
using OrleansAi.Journal;
using OrleansAi.Journal.Integrity;
using OrleansAi.Storage.PostgreSql;
using OrleansAi.Storage.Sqlite;

namespace OrleansAi.Storage;

/// <summary>Adds the journal over one of its databases. <see cref="IJournalStore.InitializeAsync"/> must end before use.</summary>
public static class StorageServiceCollectionExtensions
{
    /// <summary>The journal in a SQLite file: WAL mode, every commit synced, one writing thread.</summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="connectionString">For example <c>Data Source=data/orleansai.db</c>; the directory is made.</param>
    /// <exception cref="ArgumentException">The connection string names no file.</exception>
    public static IServiceCollection AddOrleansAiSqliteStorage(this IServiceCollection services, string connectionString)
    {
        services.AddSingleton(provider => new SqliteDatabase(
            connectionString, provider.GetRequiredService<TimeProvider>(), provider.GetService<ILogger<SqliteDatabase>>()));
        services.AddSingleton<IJournalStore, SqliteJournalStore>();
        services.AddSingleton<IIntegritySource, SqliteIntegritySource>();
        return services.AddJournal(static options => options.Writers = 1);
    }

    /// <summary>The journal in a PostgreSQL database, version 13 or later; the schema is made.</summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="connectionString">An Npgsql connection string.</param>
    public static IServiceCollection AddOrleansAiPostgreSqlStorage(this IServiceCollection services, string connectionString)
    {
        services.AddSingleton(provider =>
        {
            var builder = new NpgsqlDataSourceBuilder(connectionString);
            builder.ConnectionStringBuilder.MaxAutoPrepare = Math.Max(builder.ConnectionStringBuilder.MaxAutoPrepare, 64);
            builder.ConnectionStringBuilder.AutoPrepareMinUsages = 2;

            // Nothing of ours changes a session, so there is nothing to reset between uses but what is set here for good.
            builder.ConnectionStringBuilder.NoResetOnClose = true;
            builder.UsePhysicalConnectionInitializer(
                static connection => Prepare(connection).ExecuteNonQuery(),
                static async connection =>
                {
                    await using var command = Prepare(connection);
                    await command.ExecuteNonQueryAsync();
                });
            builder.UseLoggerFactory(provider.GetService<ILoggerFactory>());
            return builder.Build();
        });
        services.AddSingleton<IJournalStore, PostgreSqlJournalStore>();
        services.AddSingleton<IIntegritySource, PostgreSqlIntegritySource>();
        return services.AddJournal(static _ => { });
    }

    /// <summary>Adds grain storage in the journal's SQLite file.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="name">The provider's name.</param>
    public static ISiloBuilder AddSqliteGrainStorage(this ISiloBuilder silo, string name)
    {
        silo.Services.AddKeyedSingleton<IGrainStorage>(name, static (provider, _) => new SqliteGrainStorage(
            provider.GetRequiredService<SqliteDatabase>(),
            ActivatorUtilities.CreateInstance<OrleansGrainStorageSerializer>(provider)));
        return silo;
    }

    // Every statement of ours finds its rows by an index. A plan made while a table is small would scan it, and is kept: under
    // load open_runs has few rows and thousands of dead ones, and scanning those took 8 ms of a commit (November 2026). With
    // arrays as parameters a plan made for their length always looks cheaper than the kept one, so that every statement of
    // every commit was planned anew: the kept ones are asked for. Nothing of ours is worth compiling.
    private static NpgsqlCommand Prepare(NpgsqlConnection connection) => new(
        "set enable_seqscan = off; set plan_cache_mode = force_generic_plan; set jit = off", connection);

    private static IServiceCollection AddJournal(this IServiceCollection services, Action<JournalOptions> limit)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.PostConfigure(limit);
        services.AddSingleton<IJournal>(static provider => new GroupCommitJournal(
            provider.GetRequiredService<IJournalStore>(),
            provider.GetRequiredService<IOptions<JournalOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<GroupCommitJournal>>()));
        services.AddSingleton(static provider => (ILoadSignal)provider.GetRequiredService<IJournal>());
        return services;
    }
}
