using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansAi.Journal;
using OrleansAi.Storage.Sqlite;
using Xunit;

namespace OrleansAi.Tests.Storage;

/// <summary>Grain storage: two activations that write the same state must meet.</summary>
public sealed class GrainStorageTests(PostgreSqlFixture postgreSql) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-grains-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Sqlite_WriteReadClear_FollowsTheEtag()
    {
        await using var host = await HostAsync();
        var storage = Storage(host);
        var id = GrainId.Create("conversation", "local/conv_1");
        var (mine, theirs) = (new GrainState<Counter>(new Counter()), new GrainState<Counter>(new Counter()));

        mine.State!.Value = 1;
        await storage.WriteStateAsync("s", id, mine);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("s", id, theirs));
        await storage.ReadStateAsync("s", id, theirs);
        Assert.Equal((1, true), (theirs.State!.Value, theirs.RecordExists));
        theirs.State.Value = 2;
        await storage.WriteStateAsync("s", id, theirs);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("s", id, mine));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("s", id, mine));
        await storage.ClearStateAsync("s", id, theirs);
        await storage.ReadStateAsync("s", id, mine);

        Assert.False(mine.RecordExists);
        Assert.Null(mine.ETag);
    }

    [Fact]
    public async Task Sqlite_ManyFirstWriters_OneWins()
    {
        await using var host = await HostAsync();
        var storage = Storage(host);
        var id = GrainId.Create("conversation", "local/conv_2");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            try
            {
                await storage.WriteStateAsync("s", id, new GrainState<Counter>(new Counter()));
                return true;
            }
            catch (InconsistentStateException)
            {
                return false;
            }
        }));

        Assert.Equal(1, outcomes.Count(static won => won));
    }

    [Fact]
    public async Task PostgreSql_ManyFirstWritersByOrleansQuery_OneWins()
    {
        var database = await postgreSql.Instance.CreateDatabaseAsync();
        await using (var host = StoreHost.PostgreSql(database))
        {
            await host.Store.InitializeAsync(CancellationToken.None);
        }

        await using var source = NpgsqlDataSource.Create(database);
        await using var query = source.CreateCommand("select QueryText from OrleansQuery where QueryKey = 'WriteToStorageKey'");
        var write = (string)(await query.ExecuteScalarAsync())!;

        var first = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => WriteAsync(null)));
        var second = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => WriteAsync(1)));

        // Null, or the version that was given, is what Orleans takes for a lost race.
        Assert.Equal(1, first.Count(static version => version == 1));
        Assert.Equal(15, first.Count(static version => version is null));
        Assert.Equal(1, second.Count(static version => version == 2));
        Assert.Equal(15, second.Count(static version => version == 1));
        await using var count = source.CreateCommand("select count(*) from orleans_grain_states");
        Assert.Equal(1L, await count.ExecuteScalarAsync());

        async Task<int?> WriteAsync(int? version)
        {
            await using var command = source.CreateCommand(write);
            command.Parameters.AddWithValue("GrainIdHash", 1);
            command.Parameters.AddWithValue("GrainIdN0", 2L);
            command.Parameters.AddWithValue("GrainIdN1", 3L);
            command.Parameters.AddWithValue("GrainTypeHash", 4);
            command.Parameters.AddWithValue("GrainTypeString", "type");
            command.Parameters.AddWithValue("GrainIdExtensionString", "key");
            command.Parameters.AddWithValue("ServiceId", "service");
            command.Parameters.AddWithValue("GrainStateVersion", NpgsqlDbType.Integer, version ?? (object)DBNull.Value);
            command.Parameters.AddWithValue("PayloadBinary", NpgsqlDbType.Bytea, new byte[] { 1 });
            return await command.ExecuteScalarAsync() as int?;
        }
    }

    private async Task<StoreHost> HostAsync()
    {
        var host = StoreHost.Sqlite(Path.Combine(_directory, $"{Some.Ids.New("db_")}.db"));
        await host.Store.InitializeAsync(CancellationToken.None);
        return host;
    }

    private static SqliteGrainStorage Storage(StoreHost host) =>
        new(host.Services.GetRequiredService<SqliteDatabase>(), new CounterSerializer());

    private sealed class Counter
    {
        public int Value { get; set; }
    }

    private sealed class CounterSerializer : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => BinaryData.FromString($"{((Counter)(object)input!).Value}");

        public T Deserialize<T>(BinaryData input) =>
            (T)(object)new Counter { Value = int.Parse(input.ToString(), System.Globalization.CultureInfo.InvariantCulture) };
    }
}
