using System.Data.Common;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrleansAi.Access.Audit;
using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Ids;
using OrleansAi.Engine.Integrity;
using OrleansAi.Journal;
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

    [Fact]
    public async Task Verify_RecordsFromBeforeTheChain_AreSoundAndCounted()
    {
        var file = Path.Combine(_directory, "old.db");
        await using (var lived = await LivedJournal.CreateAsync($"Data Source={Path.Combine(_directory, "young.db")}"))
        {
            await using var connection = await OpenAsync(Path.Combine(_directory, "young.db"));
            await ExecuteAsync(connection, $"vacuum into '{file}'");
        }

        await using (var connection = await OpenAsync(file))
        {
            await ExecuteAsync(connection, "update journal_records set hash = null, witness = null; delete from stream_heads");
        }

        await using var services = Host.AddStorage(new ServiceCollection().AddLogging(), $"Data Source={file}").BuildServiceProvider();
        var verifier = new JournalVerifier(services.GetRequiredService<IIntegritySource>());
        var found = new List<Injury>();
        var old = await verifier.VerifyAsync(new IntegrityScope(), found.Add, CancellationToken.None);
        Assert.Equal((old.Records, 0), (old.Unchained, found.Count));

        // From the first record with a hash on the chain holds, to the end of the stream.
        await services.GetRequiredService<IJournalStore>().InitializeAsync(CancellationToken.None);
        var audit = new AuditLog(services.GetRequiredService<IJournal>(), new IdSource(TimeProvider.System), "local");
        await audit.AppendAsync(new AuditEntry { At = 1, Actor = "somebody", Role = KeyRole.Admin, Action = "keys list", Target = "", Status = 200 });
        await audit.AppendAsync(new AuditEntry { At = 2, Actor = "somebody", Role = KeyRole.Admin, Action = "keys list", Target = "", Status = 200 });
        var mixed = await verifier.VerifyAsync(new IntegrityScope(), found.Add, CancellationToken.None);
        Assert.Equal((old.Records, old.Records + 2, 0), (mixed.Unchained, mixed.Records, found.Count));
        await using (var connection = await OpenAsync(file))
        {
            await ExecuteAsync(connection, "delete from journal_records where stream = 'local/$audit' and position = 5");
        }

        Assert.Equal(InjuryKind.Truncated, Assert.Single(await FindAsync(verifier)).Kind);
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
        int count, int seed, Func<Task<MadeInjury?>> injure, JournalVerifier verifier, Func<string, Task> heal)
    {
        var missed = new List<string>();
        for (var i = 0; i < count;)
        {
            if (await injure() is not { } injury)
            {
                continue;
            }

            // Found is what is named: at the right stream, and as what it is.
            i++;
            var found = await FindAsync(verifier);
            if (!found.Any(one => one.Stream == injury.Stream && (injury.Kind is null || one.Kind == injury.Kind)))
            {
                missed.Add($"{injury.What} ({string.Join(", ", found)})");
            }

            await heal(injury.Table);
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
