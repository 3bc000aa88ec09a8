using Npgsql;
using OrleansAi.Journal;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.Storage;

/// <summary>The conformance suite on PostgreSQL.</summary>
public sealed class PostgreSqlJournalStoreTests(PostgreSqlFixture server) : RetentionConformance
{
    private string _connectionString = "";

    private protected override async Task<StoreHost> CreateHostAsync()
    {
        _connectionString = await server.Instance.CreateDatabaseAsync();
        return StoreHost.PostgreSql(_connectionString);
    }

    private protected override StoreHost SecondHost() => StoreHost.PostgreSql(_connectionString);

    private protected override async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    [Fact]
    public async Task Initialize_ManyProcessesAtOnce_MigratesOnce()
    {
        var database = await server.Instance.CreateDatabaseAsync();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            await using var host = StoreHost.PostgreSql(database);
            await host.Store.InitializeAsync(CancellationToken.None);
            await host.Store.PingAsync(CancellationToken.None);
        }));
    }

    [Fact]
    public async Task Commit_ServerUnreachable_IsAKnownTransientFailure()
    {
        await using var host = StoreHost.PostgreSql($"Host=127.0.0.1;Port={Ports.Free(1)[0]};Username=nobody;Timeout=2");

        var error = await Assert.ThrowsAsync<JournalException>(
            () => host.Store.CommitAsync([Some.Append(Some.Stream(), 0)], CancellationToken.None));

        Assert.True(error is { OutcomeKnown: true, IsTransient: true });
    }
}
