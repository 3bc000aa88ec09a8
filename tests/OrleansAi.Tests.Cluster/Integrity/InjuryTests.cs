using System.Data.Common;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrleansAi.Engine.Integrity;
using OrleansAi.Journal.Integrity;
using Xunit;

namespace OrleansAi.Tests.Cluster.Integrity;

/// <summary>Whatever is done to the tables of a journal that has lived is found, and nothing else is.</summary>
public sealed class InjuryTests(PostgreSqlFixture postgreSql) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-injuries-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Verify_AThousandInjuriesOfASqliteFile_AllAreFound()
    {
        const int injuries = 1_000;
        const int seed = 20_261_128;
        var (sound, injured) = (Path.Combine(_directory, "sound.db"), Path.Combine(_directory, "injured.db"));
        await using (var lived = await LivedJournal.CreateAsync($"Data Source={Path.Combine(_directory, "lived.db")}"))
        {
            // A copy of one moment, with runs that are open.
            await using var connection = await OpenAsync(Path.Combine(_directory, "lived.db"));
            await ExecuteAsync(connection, $"vacuum into '{sound}'");
        }

        File.Copy(sound, injured);
        await using var services = Host.AddStorage(new ServiceCollection().AddLogging(), $"Data Source={injured}").BuildServiceProvider();
        var verifier = new JournalVerifier(services.GetRequiredService<IIntegritySource>());
        await using var original = await OpenAsync(sound);
        var injurer = await Injurer.ReadAsync(original);
        await CheckSoundAsync(verifier, injurer);

        var watch = Stopwatch.StartNew();
        var random = new Random(seed);
        await InjureAsync(injuries, seed, async () =>
        {
            File.Copy(sound, injured, overwrite: true);
            await using var connection = await OpenAsync(injured);
            return await injurer.TryInjureAsync(connection, random);
        }, verifier, static _ => Task.CompletedTask);
        TestContext.Current.SendDiagnosticMessage($"{injuries} injuries in {watch.Elapsed.TotalSeconds:0.0} s");
    }

    [Fact]
    public async Task Verify_InjuriesOfAPostgreSqlDatabase_AllAreFound()
    {
        const int injuries = 200;
        const int seed = 11;
        var database = await postgreSql.Instance.CreateDatabaseAsync();
        await using var lived = await LivedJournal.CreateAsync(database);
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        var injurer = await Injurer.ReadAsync(connection);
        foreach (var table in Injurer.Tables)
        {
            await ExecuteAsync(connection, $"create table sound_{table} as select * from {table}");
        }

        await using var services = Host.AddStorage(new ServiceCollection().AddLogging(), database).BuildServiceProvider();
        var verifier = new JournalVerifier(services.GetRequiredService<IIntegritySource>());
        await CheckSoundAsync(verifier, injurer);

        var random = new Random(seed);
        await InjureAsync(injuries, seed, () => injurer.TryInjureAsync(connection, random), verifier, async table =>
            await ExecuteAsync(connection, $"begin; delete from {table}; insert into {table} select * from sound_{table}; commit"));
        Assert.Equal([], await FindAsync(verifier));
    }

    private static async Task CheckSoundAsync(JournalVerifier verifier, Injurer injurer)
    {
        var found = new List<Injury>();
        var report = await verifier.VerifyAsync(new IntegrityScope(), found.Add, CancellationToken.None);

        Assert.Equal([], found);
        Assert.True(report.IsSound);
        Assert.Equal(0, report.Unchained);
        Assert.All(Injurer.Tables, table => Assert.NotEqual(0, injurer.Count(table)));
        Assert.Equal(injurer.Count("journal_records"), report.Records);
        Assert.Equal(injurer.Count("journal_contents"), report.Contents);
        Assert.Equal(injurer.Count("runs") + injurer.Count("open_runs"), report.Runs);
        Assert.Equal(injurer.Count("idempotency_keys"), report.IdempotencyKeys);
        Assert.Equal(injurer.Count("stream_heads"), report.Streams);
    }

    private static async Task InjureAsync(
        int count, int seed, Func<Task<(string What, string Table)?>> injure, JournalVerifier verifier, Func<string, Task> heal)
    {
        var missed = new List<string>();
        for (var i = 0; i < count;)
        {
            if (await injure() is not var (what, table))
            {
                continue;
            }

            i++;
            if ((await FindAsync(verifier)).Count == 0)
            {
                missed.Add(what);
            }

            await heal(table);
        }

        Assert.True(missed.Count == 0, $"Seed {seed}: {missed.Count} of {count} injuries are not found: {string.Join("; ", missed.Take(20))}");
    }

    private static async Task<List<Injury>> FindAsync(JournalVerifier verifier)
    {
        var found = new List<Injury>();
        await verifier.VerifyAsync(new IntegrityScope(), found.Add, CancellationToken.None);
        return found;
    }

    private static async Task<SqliteConnection> OpenAsync(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync();
        await ExecuteAsync(connection, "pragma synchronous = off");
        return connection;
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
